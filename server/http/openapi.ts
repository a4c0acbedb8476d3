import { type OperationSpec, operations } from '@orrery/api/operations.ts'
import { errorCodes } from '@orrery/api/errors.ts'

/** OpenAPI 3.1 from the same schemas that validate. */
export function openapiDocument(version: string, url: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const [name, spec] of Object.entries(operations) as [string, OperationSpec][]) {
    const path = `/api/v1${spec.path}`
    paths[path] ??= {}
    paths[path][spec.method.toLowerCase()] = operation(name, spec)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Orrery',
      version,
      description:
        'One control plane for the cloud-edge-device continuum, with a digital twin of everything it runs.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url }],
    tags: [...new Set(Object.values(operations).map((spec) => spec.tag))].map((tag) => ({ name: tag })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'a token from `orrery token create`' },
        session: { type: 'apiKey', in: 'cookie', name: 'orrery_session' },
      },
      responses: {
        Problem: {
          description: 'What went wrong, as RFC 9457',
          content: { 'application/problem+json': { schema: problemSchema } },
        },
      },
    },
    security: [{ bearer: [] }, { session: [] }],
  }
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'retry'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(errorCodes) },
    detail: { type: 'string' },
    retry: { type: 'boolean' },
    pointer: { type: 'string' },
  },
}

function operation(name: string, spec: OperationSpec): object {
  const parameters: object[] = []
  if (spec.path.includes('{ref}')) {
    parameters.push({
      name: 'ref',
      in: 'path',
      required: true,
      schema: { type: 'string', maxLength: 253 },
      description: 'id or name',
    })
  }
  const query: { properties?: Record<string, object>; required?: string[] } | undefined = spec.query
  for (const [key, schema] of Object.entries(query?.properties ?? {})) {
    parameters.push({ name: key, in: 'query', required: query?.required?.includes(key) ?? false, schema })
  }
  if (spec.method === 'POST' && spec.keyless !== true) {
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      schema: { type: 'string', maxLength: 200 },
      description: 'makes a repeated call answer as the first did, and do nothing again',
    })
  }
  return {
    operationId: name,
    summary: spec.summary,
    tags: [spec.tag],
    ...(spec.role === null ? { security: [] } : { 'x-role': spec.role }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(spec.body === undefined
      ? {}
      : { requestBody: { required: true, content: content(spec.body, spec.media?.body) } }),
    responses: {
      [spec.status]:
        spec.status === 204
          ? { description: 'Done' }
          : { description: 'Done', content: content(spec.response, spec.media?.response) },
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

/** What is text for the client is spoken in its own media type alone. */
function content(schema: object, others: Record<string, string> = {}): Record<string, object> {
  const isJson = !('type' in schema && schema.type === 'string')
  return {
    ...(isJson ? { 'application/json': { schema } } : {}),
    ...Object.fromEntries(
      Object.entries(others).map(([type, description]) => [
        type,
        { schema: { type: 'string', description } },
      ]),
    ),
  }
}
