import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { PassThrough, Readable, Writable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { databaseOpen } from '../database.ts'
import { migrate } from '../migrate.ts'
import { trialDir, until } from '../embedded/fixtures/trial.ts'
import { embeddedOpen, type EmbeddedDatabase } from '../embedded/open.ts'
import { backupRestore } from './restore.ts'
import { backupWrite, type ArchiveOptions } from './write.ts'

const ddl = `
create table migration (name text primary key);
insert into migration values ('0001-first'), ('0002-second');
create table account (
  id bigint generated always as identity primary key,
  "Odd ""name" text not null default 'x',
  balance numeric not null,
  doubled numeric generated always as (balance * 2) stored,
  parent bigint references account deferrable,
  favourite int
);
create table every_type (
  j jsonb, n numeric, f float8, a text[], b bytea, ts timestamptz, i interval, u uuid, e text, x xid8 not null default '900000000000'
);
create table reading (series int not null, at timestamptz not null, value float8) partition by range (at);
create table reading_default partition of reading default;
create table favourite (id int primary key, account bigint not null references account on delete cascade);
alter table account add foreign key (favourite) references favourite;
comment on constraint favourite_account_fkey on favourite is 'whose';
create sequence tickets start 100;
create table moved (amount numeric not null);
create table seen (what text);
create function note() returns trigger language plpgsql as $$ begin insert into seen values (tg_table_name); return new; end $$;
create trigger noted after insert on account for each row execute function note();
create trigger noted_always after insert on favourite for each row execute function note();
alter table favourite enable always trigger noted_always;
`

let embedded: EmbeddedDatabase | undefined
let dataDir: string | undefined
let connectionString: string
let admin: pg.Client
let from: string
let to: string
let clients: pg.Client[]

beforeAll(async () => {
  if (process.env['DATABASE_URL'] === undefined) {
    dataDir = trialDir()
    embedded = await embeddedOpen({ dataDir, log: () => {} })
  }
  connectionString = embedded?.connectionString ?? process.env['DATABASE_URL'] ?? ''
  admin = new pg.Client({ connectionString })
  await admin.connect()
})
afterAll(async () => {
  await admin.end()
  await embedded?.close()
  if (dataDir !== undefined) rmSync(dataDir, { recursive: true, force: true })
})
beforeEach(async () => {
  clients = []
  from = await schemaMake(ddl)
  to = await schemaMake(ddl)
  await admin.query(`set search_path = ${from}`)
})
afterEach(async () => {
  await Promise.all(clients.map((client) => client.end()))
  await admin.query(`drop schema ${from}, ${to} cascade`)
})

async function schemaMake(sql: string): Promise<string> {
  const schema = `archive_${randomBytes(6).toString('hex')}`
  await admin.query(`create schema ${schema}; set search_path = ${schema}; ${sql}`)
  return schema
}

async function connect(schema: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    options: `-c search_path=${schema} -c TimeZone=Asia/Tokyo`,
  })
  client.on('error', () => {})
  await client.connect()
  clients.push(client)
  return client
}

async function backup(schema = from, options: ArchiveOptions = {}): Promise<Buffer> {
  const chunks: Buffer[] = []
  const out = new Writable({ write: (chunk: Buffer, _, done) => (chunks.push(chunk), done()) })
  await backupWrite(await connect(schema), schema, out, options)
  return Buffer.concat(chunks)
}

async function restore(file: Buffer, schema = to) {
  const pieces: Buffer[] = []
  for (let at = 0; at < file.length; at += 1_000) pieces.push(file.subarray(at, at + 1_000))
  return backupRestore(await connect(schema), schema, Readable.from(pieces))
}

const rowsOf = async (schema: string, table: string, columns = '*') =>
  (
    await admin.query<{ row: string }>(
      `select t::text as row from (select ${columns} from ${schema}.${table}) t order by 1`,
    )
  ).rows.map(({ row }) => row)

/** Frames of a backup, to make a false one of a true one. */
function tamper(file: Buffer, change: (plain: Buffer) => Buffer): Buffer {
  return gzipSync(change(gunzipSync(file)))
}

async function fill() {
  await admin.query(`
    insert into account (balance, parent) select i, nullif(i - 1, 0) from generate_series(1, 500) i;
    insert into favourite select i, 501 - i from generate_series(1, 500) i;
    update account set favourite = id;
    create table reading_2026 partition of reading for values from ('2026-01-01') to ('2027-01-01');
    insert into reading select 1, '2025-12-31 23:59:59.123456+00'::timestamptz + i * interval '1 second', i / 3.0 from generate_series(0, 2000) i;
    insert into every_type (j, n, f, a, b, ts, i, u, e) values
      ('{"a": [1, 2.50, null, "ü\\n"], "big": 12345678901234567890.123}', 'NaN', 'Infinity', '{a,NULL,"b,c","d\\"e",""}', '\\x00ff0a09', '0044-03-15 12:00:00 BC', '1 mon -3 days 04:05:06.7', '0198c0de-0000-7000-8000-000000000000', E'tab\\t back\\\\ nl\\n \\\\. end'),
      (null, 0.1000, -0.0, '{}', '', 'infinity', null, null, ''),
      ('"\\\\N"', 1e-130, 1e-320, '{{1,2},{3,4}}', null, '2026-07-01 00:00:00.000001+02', '0', null, '\\N');
    select nextval('tickets'), nextval('tickets');
    delete from seen;`)
}

describe('a backup', () => {
  test('brings back every row of every kind, in partitions, with identity, sequences, keys and triggers as they were', async () => {
    await fill()
    const counts = await restore(await backup())
    expect(counts).toEqual({ account: 500, every_type: 3, favourite: 500, moved: 0, reading: 2001, seen: 0 })
    for (const table of ['account', 'favourite', 'reading', 'reading_2026', 'reading_default', 'seen']) {
      expect(await rowsOf(to, table), table).toEqual(await rowsOf(from, table))
    }
    const columns = 'j, n, f, a, b, ts, i, u, e'
    expect(await rowsOf(to, 'every_type', columns)).toEqual(await rowsOf(from, 'every_type', columns))
    // No trigger has fired, and all of them are on as before.
    const modes = `select tgname, tgenabled from pg_trigger t join pg_class c on c.oid = tgrelid
                    where relnamespace = $1::regnamespace and not tgisinternal order by tgname`
    expect((await admin.query(modes, [to])).rows).toEqual((await admin.query(modes, [from])).rows)
    const keys = `select conname, condeferrable, convalidated, obj_description(k.oid, 'pg_constraint') as comment
                    from pg_constraint k where connamespace = $1::regnamespace and contype = 'f' order by conname`
    expect((await admin.query(keys, [to])).rows).toEqual((await admin.query(keys, [from])).rows)

    const next = await admin.query(`insert into ${to}.account (balance) values (0) returning id`)
    expect(next.rows).toEqual([{ id: '501' }])
    expect((await admin.query(`select nextval('${to}.tickets')`)).rows).toEqual([{ nextval: '102' }])
    await expect(admin.query(`insert into ${to}.favourite values (9999, 9999)`)).rejects.toThrow(
      /foreign key/,
    )
  })

  test('writes transaction ids as 0, which no reader waits for', async () => {
    await fill()
    await restore(await backup())
    expect((await admin.query(`select distinct x::text as x from ${to}.every_type`)).rows).toEqual([
      { x: '0' },
    ])
  })

  test('shows one instant while others move money about and add to the tables', async () => {
    await fill()
    let stop = false
    let moves = 0
    const writers = Array.from({ length: 4 }, async (_, seed) => {
      const client = await connect(from)
      for (let i = seed; !stop; i += 4) {
        await client.query('begin')
        await client.query('update account set balance = balance - 1 where id = 1 + $1::int % 500', [i])
        await client.query('insert into moved values (1)')
        await client.query('commit')
        moves += 1
      }
    })
    try {
      await until('money moves', () => moves > 50, 20_000)
      const before = moves
      // Reads only when more was written, so that much is written meanwhile.
      const chunks: Buffer[] = []
      const out = new Writable({
        highWaterMark: 1,
        write(chunk: Buffer, _, done) {
          chunks.push(chunk)
          const seen = moves
          const look = setInterval(() => {
            if (moves === seen) return
            clearInterval(look)
            done()
          }, 10)
        },
      })
      await backupWrite(await connect(from), from, out)
      expect(moves).toBeGreaterThan(before)
      stop = true
      await Promise.all(writers)
      await restore(Buffer.concat(chunks))
    } finally {
      stop = true
      await Promise.allSettled(writers)
    }
    const total = `select (select sum(balance) from ${to}.account) + (select sum(amount) from ${to}.moved) as total`
    expect((await admin.query(total)).rows).toEqual([{ total: '125250' }])
  })

  test('reports its progress and ends what it was written to', async () => {
    await fill()
    const seen: string[] = []
    const out = new PassThrough()
    const ended = out.resume().once('end', () => seen.push('end'))
    await backupWrite(await connect(from), from, ended, {
      onProgress: ({ table, rows, tables }) => seen.push(`${table} ${rows} of ${tables}`),
    })
    await until('it is ended', () => seen.includes('end'), 10_000)
    expect(seen).toContain('account 500 of 6')
  })

  test('that fails half way leaves the cause and ends its connection', async () => {
    await fill()
    const client = await connect(from)
    const full = new Writable({ write: (_chunk, _, done) => done(new Error('no space left')) })
    await expect(backupWrite(client, from, full)).rejects.toThrow('no space left')
    await expect(client.query('select 1')).rejects.toThrow()
  })

  test('stops when it is told to', async () => {
    await fill()
    const giveUp = new AbortController()
    const stuck = new Writable({ write: () => giveUp.abort() })
    await expect(backupWrite(await connect(from), from, stuck, { signal: giveUp.signal })).rejects.toThrow(
      /abort/,
    )
  })
})

describe('a restore is refused, and changes nothing,', () => {
  let file: Buffer
  beforeEach(async () => {
    await fill()
    file = await backup()
  })

  async function refused(bad: Buffer, code: string, message: RegExp) {
    const client = await connect(to)
    await expect(backupRestore(client, to, Readable.from([bad]))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    for (const table of ['account', 'favourite', 'reading', 'every_type'])
      expect(await rowsOf(to, table)).toEqual([])
    expect((await admin.query(`select to_regclass('${to}.reading_2026') as made`)).rows).toEqual([
      { made: null },
    ])
    const keys = `select count(*)::int as count from pg_constraint where connamespace = $1::regnamespace and contype = 'f'`
    expect((await admin.query(keys, [to])).rows).toEqual([{ count: 3 }])
  }

  test.each([
    ['an empty file', Buffer.alloc(0), /cut off|not an Orrery backup/],
    ['a text file', Buffer.from('hello, this is no backup at all'), /not a gzip file/],
    ['somebody else’s gzip file', gzipSync('hello, this is no backup at all'), /not an Orrery backup/],
    ['a backup of a later format', gzipSync('orrery backup 9\n'), /format 9/],
  ])('of %s', async (_, bad, message) => {
    await refused(bad, 'invalid', message)
  })

  test('of a file that was cut off anywhere', async () => {
    for (const share of [0.001, 0.1, 0.5, 0.9]) {
      await refused(file.subarray(0, Math.floor(file.length * share)), 'invalid', /cut off/)
    }
    await refused(file.subarray(0, file.length - 1), 'invalid', /cut off/)
  })

  test('of a file that was cut off and packed again', async () => {
    await refused(
      tamper(file, (plain) => plain.subarray(0, plain.length - 80)),
      'invalid',
      /cut off|damaged/,
    )
    await refused(
      tamper(file, (plain) => plain.subarray(0, 20_000)),
      'invalid',
      /cut off/,
    )
  })

  test('of a file with one flipped bit, wherever it is', async () => {
    for (const share of [0.05, 0.3, 0.6, 0.95]) {
      const bad = Buffer.from(file)
      const at = Math.floor(bad.length * share)
      bad[at] = (bad[at] ?? 0) ^ 0x10
      await refused(bad, 'invalid', /damaged|cut off/)
    }
  })

  test('of a file whose contents were changed and packed again', async () => {
    const bad = tamper(file, (plain) => {
      const at = plain.indexOf('\t250\t')
      expect(at).toBeGreaterThan(0)
      plain.write('\t999\t', at)
      return plain
    })
    await refused(bad, 'invalid', /checksum/)
  })

  test('of a file that says what PostgreSQL would never print', async () => {
    const bad = tamper(file, (plain) => {
      const text = `FROM ('2026-01-01`
      const at = plain.indexOf(text)
      expect(at).toBeGreaterThan(0)
      plain.write(`FROM (;2026-01-01`, at)
      return plain
    })
    await refused(bad, 'invalid', /bound of partition/)
  })

  test('into another schema version', async () => {
    await admin.query(`delete from ${to}.migration where name like '0002%'`)
    await refused(file, 'invalid', /schema version 0002-second and this database 0001-first/)
  })

  test('into tables of other columns, which are named', async () => {
    await admin.query(`alter table ${to}.reading add column unit text`)
    await admin
      .query(`alter table ${to}.account alter column balance type float8 using 0, drop column doubled`)
      .catch(() => {})
    await refused(file, 'invalid', /only the database has reading\.unit text/)
  })

  test('into a schema that lacks a table or a sequence', async () => {
    await admin.query(`drop sequence ${to}.tickets; drop table ${to}.seen`)
    await refused(file, 'invalid', /no table seen; the database has no sequence tickets/)
  })

  test('into a table that has rows, which is named', async () => {
    await admin.query(`insert into ${to}.seen values ('before')`)
    await refused(file, 'conflict', /here seen has rows/)
  })
})

test('a restore that is stopped half way leaves the schema empty and its client usable', async () => {
  await fill()
  const file = await backup()
  const giveUp = new AbortController()
  async function* slowly() {
    yield file.subarray(0, Math.floor(file.length / 2))
    giveUp.abort(new Error('enough'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    yield file.subarray(Math.floor(file.length / 2))
  }
  const client = await connect(to)
  await expect(
    backupRestore(client, to, Readable.from(slowly()), { signal: giveUp.signal }),
  ).rejects.toThrow()
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  expect(await rowsOf(to, 'account')).toEqual([])
})

test('the schema of this release goes through a backup', async () => {
  const schemas = [await schemaMake(''), await schemaMake('')] as const
  try {
    for (const schema of schemas) {
      const database = databaseOpen({ connectionString, schema }, () => {})
      await migrate(database.db, schema)
      await database.close()
    }
    await admin.query(
      `set search_path = ${schemas[0]};
       insert into event (verb, subject_kind, after) select 'node.create', 'node', '{"a": 1}' from generate_series(1, 100);
       insert into sample (subject_id, ts, cpu)
         select '0198c0de-0000-7000-8000-000000000000', '2026-01-01'::timestamptz + i * interval '1 min', i / 7.0
           from generate_series(1, 1000) i`,
    )
    expect(await restore(await backup(schemas[0]), schemas[1])).toMatchObject({ event: 100, sample: 1000 })
    expect(await rowsOf(schemas[1], 'sample')).toEqual(await rowsOf(schemas[0], 'sample'))
    const [next] = (
      await admin.query<{ id: string }>(
        `insert into ${schemas[1]}.event (verb, subject_kind) values ('node.delete', 'node') returning id`,
      )
    ).rows
    expect(next?.id).toBe('101')
  } finally {
    await admin.query(`drop schema ${schemas[0]} cascade; drop schema ${schemas[1]} cascade`)
  }
})
