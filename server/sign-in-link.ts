/**
 * The address that signs a person in, once. The code stands behind the #, which a browser keeps to itself: it reaches no
 * access log of a proxy, and no `Referer`.
 */
export function signInLink(publicUrl: string, code: string): string {
  return `${publicUrl}/sign-in#code=${code}`
}
