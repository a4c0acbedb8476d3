/** Which pages can be shown as they were. The others show now, whatever instant their address carries along. */
const timedRoots = ['/sites', '/nodes', '/workloads', '/events'] as const

export function isTimed(path: string): boolean {
  return path === '/' || timedRoots.some((root) => path === root || path.startsWith(`${root}/`))
}
