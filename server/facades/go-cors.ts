/** Gin's default CORS: any origin, for callers that are let in. */
import type { IncomingMessage, ServerResponse } from 'node:http'

/** Gin's default CORS lets a page of the server's own host pass without headers. */
export function crossOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers
  if (origin === undefined || origin === '') return false
  return origin !== `http://${host}` && origin !== `https://${host}`
}

export function replyPreflight(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Headers', 'Origin,Content-Length,Content-Type')
  response.setHeader('Access-Control-Allow-Methods', 'GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS')
  response.setHeader('Access-Control-Max-Age', '43200')
  response.writeHead(204).end()
}
