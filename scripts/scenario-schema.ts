/** `node scripts/node24.js scripts/scenario-schema.ts`: writes docs/scenario.schema.json anew; `npm run fix` sets its lines. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scenarioSchema } from '../core/twin/scenario/schema.ts'

const path = join(import.meta.dirname, '../docs/scenario.schema.json')
writeFileSync(path, `${JSON.stringify(scenarioSchema(), null, 2)}\n`)
