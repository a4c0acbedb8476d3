/** `npm run bench -- NAME [--json]`: runs one benchmark; without a name, lists them. Exit 1: a goal was missed; 2: asked wrongly. */
import { type Figure, type Report, figureLine, isMet } from './bench.ts'
import { benches } from './registry.ts'

const words = process.argv.slice(2)
const json = words.includes('--json')
const names = words.filter((word) => word !== '--json')
const list = benches.map((bench) => `  ${bench.name.padEnd(12)}${bench.summary}`).join('\n')

const [name] = names
if (name === undefined) {
  process.stdout.write(`Benchmarks (npm run bench -- NAME [--json]):\n${list}\n`)
} else {
  const bench = benches.find((each) => each.name === name)
  if (bench === undefined || names.length > 1) {
    const wrong = bench === undefined ? `There is no benchmark '${name}'.` : 'One benchmark runs at a time.'
    process.stderr.write(`${wrong} There are:\n${list}\n`)
    process.exit(2)
  }
  const figures: Figure[] = []
  const report: Report = {
    say: (line) => void (json ? process.stderr : process.stdout).write(`${line}\n`),
    figure(figure) {
      figures.push(figure)
      if (!json) process.stdout.write(`${figureLine(bench.name, figure)}\n`)
    },
  }
  await bench.run(report)
  const missed = figures.filter((figure) => !isMet(figure))
  if (json) {
    const results = figures.map((figure) => ({ ...figure, met: isMet(figure) }))
    process.stdout.write(`${JSON.stringify({ bench: bench.name, results }, null, 2)}\n`)
  }
  for (const figure of missed) process.stderr.write(`MISSED ${figureLine(bench.name, figure)}\n`)
  process.exit(missed.length === 0 ? 0 : 1)
}
