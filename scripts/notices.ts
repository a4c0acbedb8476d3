/** The licences of what a bundle contains, which have to travel with it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @param root what the inputs are relative to
 * @param inputs paths of bundled files, as esbuild's metafile names them
 */
export function notices(root: string, inputs: readonly string[]): string {
  const folders = new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined))
  return [...folders]
    .sort()
    .map((folder) => notice(join(root, folder)))
    .join(`\n\n${'-'.repeat(80)}\n\n`)
}

/** `node_modules/@a/b/node_modules/c/lib/x.js` lies in `node_modules/@a/b/node_modules/c`. */
function packageFolder(input: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]
}

function notice(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string
    version: string
    license?: string
  }
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name))
  const text = file
    ? readFileSync(join(folder, file), 'utf8').trim()
    : `Licence: ${manifest.license ?? 'see its repository'}`
  const noticeFile = join(folder, 'NOTICE')
  const extra = existsSync(noticeFile) ? `\n\n${readFileSync(noticeFile, 'utf8').trim()}` : ''
  return `${manifest.name} ${manifest.version}\n\n${text}${extra}\n`
}
