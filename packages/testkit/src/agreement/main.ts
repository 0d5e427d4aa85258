import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { absentTools, casesOf, isComparable, LISTS, type AgreementCase } from './case-list'
import { ourOutcome } from './our-batch'
import { realOutcomes } from './real-batch'
import { census, detailOf, scoreLine, scoreOf, verdictOf, type Compared } from './verdict'

// `npm run shell:agree` compares every list, `npm run shell:agree -- own-git given` those whose name begins so; `--only=7` one
// case of them, `--show` with both outcomes.
const args = process.argv.slice(2)
const only = args.find((arg) => arg.startsWith('--only='))?.slice('--only='.length)
/** Tells which cases the machine itself does not answer twice the same: they prove nothing and have to go. */
const isCheck = args.includes('--check')
const wanted = args.filter((arg) => !arg.startsWith('--'))
const lists = LISTS.filter((list) => wanted.length === 0 || wanted.some((name) => list.startsWith(name)))
const absent = absentTools()
if (absent.length > 0) console.log(`Left out, not installed here: ${absent.join(' ')}`)
const OUT = 'test-results/agreement'

/** The machine twice, on two file systems: another one lists folders in another order. */
async function check(list: string, cases: readonly AgreementCase[]): Promise<void> {
  const first = await realOutcomes(cases)
  const again = await realOutcomes(cases, '/dev/shm')
  for (const [at, test] of cases.entries()) {
    const [a, b] = [first[at], again[at]]
    if (a?.out !== b?.out || a?.code !== b?.code) console.log(`${list}/${test.name}\n  ${JSON.stringify(a)}\n  ${JSON.stringify(b)}`)
  }
}

async function compare(list: string, cases: readonly AgreementCase[]): Promise<void> {
  const real = await realOutcomes(cases)
  const rows: Compared[] = []
  for (const [at, test] of cases.entries()) {
    const theirs = real[at]
    if (theirs === undefined) throw new Error(`nothing came of ${test.name}`)
    const ours = await ourOutcome(test)
    rows.push({ ...test, real: theirs, ours, verdict: verdictOf(theirs, ours) })
  }
  console.log(scoreLine(scoreOf(list, rows)))
  const missed = rows.filter(({ verdict }) => verdict !== 'agree')
  // Held-out cases stay unseen: only what kind of miss it was.
  const told = list.startsWith('held-') ? census(missed) : missed.map((row) => detailOf(row))
  if (args.includes('--show')) console.log(told.join('\n'))
  mkdirSync(OUT, { recursive: true })
  writeFileSync(join(OUT, `${list}.txt`), [...rows.map(({ name, verdict }) => `${verdict.padEnd(7)}${name}`), '', ...told, ''].join('\n'))
}

for (const list of lists) {
  const cases = casesOf(list).filter((test) => isComparable(test, absent) && (only === undefined || test.name.endsWith(only)))
  await (isCheck ? check(list, cases) : compare(list, cases))
}
process.exit(0)
