import { describe, expect, it } from 'vitest'
import { readModule } from './modules.ts'
import { isSource } from './repository.ts'
import { untidiness } from './tidy.ts'

const MARK = 'TO' + 'DO'

/** Findings about a project that consists of these files alone and is checked out in /srv/checkout. */
function findings(files: Record<string, string>) {
  const texts = new Map(Object.entries(files))
  const modules = [...texts].filter(([path]) => isSource(path)).map(([path, text]) => readModule(path, text))
  return untidiness({ paths: [...texts.keys()], texts, modules, elsewhere: ['/srv/checkout'] })
}

describe('a tidy house', () => {
  it('has nothing to report', () => {
    const files = {
      'api/node.ts': `export { a } from './a.ts'\nexport const b = 1\n`,
      'api/a.ts': `export const a = 1 // ${MARK.toLowerCase()} is a Spanish word; $HOME/x, /home/<user>/x\n`,
      'api/node.test.ts': `it.skip('x', () => {})\n`,
      'api/fixtures/case.txt': '/srv/checkout-of-another',
      'docs/home.png': '',
      'README.md': `![home](docs/home.png) [a](api/a.ts) \`api/\` \`api/<noun>.ts\` \`api/NOUN.ts\` case.txt
        [web](https://example.org/x) [top](#top) \`GET /nodes\` \`dist/orrery\` \`other/thing.ts\` \`api/*.ts\``,
      'docs/guide.md': '[back](../README.md)',
    }
    expect(findings(files)).toEqual([])
  })
})

describe('tidiness reports', () => {
  it('a file of more than 400 lines, and not one of 400', () => {
    const long = findings({
      'api/a.ts': 'let a\n'.repeat(400).replaceAll('let a', '// a'),
      'api/b.ts': '// b\n'.repeat(401),
    })
    expect(long).toEqual(['api/b.ts:401: has 401 lines; is it still one room?'])
  })

  it('a barrel', () => {
    expect(findings({ 'api/a.ts': `export * from './b.ts'\nexport { c } from './c.ts'` })).toEqual([
      'api/a.ts:1: only hands on what others export; import from where a thing is',
    ])
  })

  it('a mark of unfinished work', () => {
    expect(findings({ 'api/a.ts': `export const a = 1\n// ${MARK}: b` })).toEqual([
      'api/a.ts:2: marks unfinished work',
    ])
  })

  it('a focused test', () => {
    expect(findings({ 'api/a.test.ts': `it${'.only'}('x', () => {})` })).toHaveLength(1)
  })

  it('a path of one machine', () => {
    const found = findings({ 'docs/a.md': `cd /srv/checkout/api\n`, 'b.sh': `ls /home/${'ada'}/x` })
    expect(found).toEqual(['docs/a.md:1: names a path of one machine', 'b.sh:1: names a path of one machine'])
  })

  it('a picture and a fixture that nothing mentions', () => {
    expect(findings({ 'docs/old.png': '', 'core/fixtures/lost.csv': '' })).toEqual([
      'docs/old.png:1: nothing mentions it',
      'core/fixtures/lost.csv:1: nothing mentions it',
    ])
  })

  it('a link and a path in a document that lead nowhere', () => {
    const found = findings({ 'docs/a.md': 'see [b](b.md)\nand `api/gone.ts`', 'api/a.ts': '' })
    expect(found).toEqual([
      'docs/a.md:1: names docs/b.md, which does not exist',
      'docs/a.md:2: names api/gone.ts, which does not exist',
    ])
  })
  it('a dependency that no decision explains', () => {
    const found = findings({
      'api/package.json':
        '{"dependencies":{"known":"1"},"devDependencies":{"unknown":"1","@scope/a":"1","@orrery/core":"1"}}',
      'docs/decisions/0001-dependencies.md': '`known` `@scope/*` unknown',
    })
    expect(found).toEqual([
      'api/package.json:1: depends on unknown, which no record in docs/decisions explains',
    ])
  })
})
