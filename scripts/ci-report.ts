/**
 * What vitest's JSON reports in a folder say, for `.ci/run`.
 *
 *   ci-report.ts failed FILE             the test files that failed, a line each
 *   ci-report.ts summary FOLDER STEP…    what failed and why, what only passed when it ran again, and the count; the
 *                                        steps named are those that failed
 */
import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

interface Report {
  testResults: {
    name: string
    status: string
    message: string
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[]
  }[]
}

interface Tested {
  file: string
  status: string
  why: string
}

const STEPS = ['test', 'postgres15', 'long']
const LINES_SHOWN = 12
const COLOURS = /\u001B\[[\d;]*m/g

/** The tests of a report by file and name; a file that could not even be loaded stands as one failed test. */
function testsOf(report: string): Map<string, Tested> {
  const tests = new Map<string, Tested>()
  if (!existsSync(report)) return tests
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  for (const suite of testResults) {
    const file = relative(process.cwd(), suite.name)
    for (const { fullName, status, failureMessages } of suite.assertionResults) {
      tests.set(`${file} > ${fullName}`, { file, status, why: failureMessages.join('\n') })
    }
    const told = suite.assertionResults.some(({ status }) => status === 'failed')
    if (suite.status === 'failed' && !told) tests.set(file, { file, status: 'failed', why: suite.message })
  }
  return tests
}

function failedFiles(report: string): string[] {
  const failed = [...testsOf(report).values()].filter(({ status }) => status === 'failed')
  return [...new Set(failed.map(({ file }) => file))]
}

/** The first lines of a failure, without those of the test runner's own stack. */
function excerpt(why: string): string {
  const lines = why.replaceAll(COLOURS, '').split('\n')
  const telling = lines.filter((line) => line.trim() !== '' && !line.includes('/node_modules/'))
  return telling
    .slice(0, LINES_SHOWN)
    .map((line) => `      ${line}`)
    .join('\n')
}

/** How many tests of a file passed; none when one failed. */
function passedIn(tests: ReadonlyMap<string, Tested>, file: string): number {
  const ofFile = [...tests.values()].filter((test) => test.file === file)
  if (ofFile.some(({ status }) => status === 'failed')) return 0
  return ofFile.filter(({ status }) => status === 'passed').length
}

function summary(folder: string, blamed: readonly string[]): boolean {
  let passed = 0
  let failed = blamed.filter((step) => !STEPS.includes(step)).length
  for (const step of STEPS) {
    const again = testsOf(`${folder}/${step}-again.json`)
    let failedHere = 0
    for (const [name, { file, status, why }] of testsOf(`${folder}/${step}.json`)) {
      if (status === 'passed') passed += 1
      if (status !== 'failed') continue
      const mended = name === file ? passedIn(again, file) : again.get(name)?.status === 'passed' ? 1 : 0
      console.log(
        `${mended > 0 ? 'flaky, passed when it ran again' : 'failed'}: ${step}: ${name}\n${excerpt(why)}`,
      )
      passed += mended
      if (mended === 0) failedHere += 1
    }
    // A step that failed without a failed test counts as one.
    failed += blamed.includes(step) ? Math.max(failedHere, 1) : failedHere
  }
  if (blamed.length > 0) console.log(`failed: ${blamed.join(', ')}`)
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 && passed > 0
}

const [mode, target = '', ...steps] = process.argv.slice(2)
if (mode === 'failed') for (const file of failedFiles(target)) console.log(file)
else process.exitCode = summary(target, steps) ? 0 : 1
