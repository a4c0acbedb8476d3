import { expect, onTestFinished, test } from 'vitest'
import { schemaCreate, schemaDrop, testDatabase } from '../../test/setup/schema.ts'
import { databaseOpen } from './database.ts'
import { migrate } from './migrate.ts'

test('what others make and drop in their schemas meanwhile does not matter', async () => {
  const database = await testDatabase()
  onTestFinished(() => database.drop())
  const other = await schemaCreate()
  onTestFinished(() => schemaDrop(other))
  const busy = databaseOpen(
    { connectionString: database.connectionString, schema: other, connectionsMax: 1 },
    (error) => {
      throw error
    },
  )
  onTestFinished(() => busy.close())
  let over = false
  const churn = (async () => {
    while (!over) {
      await busy.pool.query('create table passing (a serial, b text, c text, d text)')
      await busy.pool.query('drop table passing')
    }
  })()
  for (let round = 0; round < 40; round += 1) {
    expect(await migrate(database.db, database.schema)).toEqual([])
  }
  over = true
  await churn
})
