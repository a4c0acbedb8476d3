/**
 * `node scripts/node24.js FILE [ARGUMENT…]` runs FILE on a Node.js of at least version 24, whatever Node.js this is.
 * Options of Node.js itself may come before FILE.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { launch } from '../cli/bin/launch.js'

const [file, ...args] = process.argv.slice(2)
if (file === undefined) {
  process.stderr.write('usage: node scripts/node24.js FILE [ARGUMENT…]\n')
  process.exit(2)
}
if (file.startsWith('-')) {
  launch(file, args)
} else {
  const path = resolve(file)
  if (!existsSync(path)) {
    process.stderr.write(`scripts/node24.js: there is no file ${path}\n`)
    process.exit(2)
  }
  launch(path, args)
}
