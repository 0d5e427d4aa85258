import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sessionId, type Hands, type LeaseId } from '@tabwright/protocol'
import { openWorkspace } from '@tabwright/runtime/workspace'
import { embeddedHands } from '../../../runtime/src/hands/embedded/embedded-hands'
import type { Outcome } from '../command-lab'
import { frameTexts } from '../frame-bundles'
import { openThreadFrame } from '../thread-frame'
import { absentTools, isComparable, type AgreementCase } from './case-list'
import { FIXTURE_TIME, realOutcomes } from './real-batch'
import { census, detailOf, scoreLine, scoreOf, verdictOf, type Compared } from './verdict'

const signal = new AbortController().signal
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** What ours make of a script, in a shell of its own on its own files. */
async function ours(hands: Hands, lease: LeaseId, { script, files }: AgreementCase): Promise<Compared['ours']> {
  const workspace = openWorkspace({
    entries: [],
    now: () => FIXTURE_TIME * 1000,
    loadBlob: () => Promise.reject(new Error('nothing is stored')),
  })
  const seed = workspace.draft()
  for (const [path, text] of Object.entries(files)) seed.write(path, new TextEncoder().encode(text))
  workspace.adopt(seed.delta())
  const said = { stdout: '', stderr: '' }
  const { exitCode } = await hands.execute(
    lease,
    'shell',
    { command: `bash -c ${quoted(script)}`, timeoutMs: 30_000 },
    { signal, files: workspace.draft(), output: (stream, text) => (said[stream] += text) },
  )
  return { out: said.stdout, err: said.stderr, code: exitCode }
}

const absent = absentTools()
const OUT = 'test-results/agreement'

/** Scripts that write beside the workspace: the real side has a fresh folder there for each, ours a fresh sandbox. */
const OUTSIDE = /\.\.\/|\$HOME|--global/

/** Runs one list by both sides and writes the table of it. */
export async function comparedByHands(list: string, given: readonly AgreementCase[]): Promise<readonly Compared[]> {
  const hands = embeddedHands({ openFrame: () => Promise.resolve(openThreadFrame()), bundles: frameTexts })
  const shared = await hands.provision(sessionId(`cases-${list}`), signal)
  const cases = given.filter((test) => isComparable(test, absent))
  const real = await realOutcomes(cases)
  const rows: Compared[] = []
  for (const [at, test] of cases.entries()) {
    const theirs = real[at]
    if (theirs === undefined) throw new Error(`nothing came of ${test.name}`)
    const isAlone = OUTSIDE.test(test.script)
    const lease = isAlone ? await hands.provision(sessionId(`cases-${list}-${at}`), signal) : shared
    rows.push(await judged(test, theirs, () => ours(hands, lease, test)))
    if (isAlone) await hands.release(lease)
  }
  await hands.release(shared)
  tell(list, rows, given.length - cases.length)
  return rows
}

/** Scripts in which it matters who is faster: sleeps of some milliseconds apart, a signal to what has just begun. */
const RACES = /(?<![&>])&(?![&>])|\bsleep\b|\bwait\b|-P ?\d/
const TRIES = 4

/** A race that ends otherwise on a busy machine is run again by both; what always differs still does. */
async function judged(test: AgreementCase, first: Outcome, run: () => Promise<Outcome>): Promise<Compared> {
  let real = first
  for (let tries = 1; ; tries++) {
    const got = await run()
    const verdict = verdictOf(real, got)
    if (verdict === 'agree' || tries === TRIES || !RACES.test(test.script)) return { ...test, real, ours: got, verdict }
    const [again] = await realOutcomes([test])
    real = again ?? real
  }
}

function tell(list: string, rows: readonly Compared[], left: number): void {
  const skipped = left === 0 ? '' : `; ${left} left out, not installed here: ${absent.join(' ')}`
  console.info(`${scoreLine(scoreOf(list, rows))}${skipped}`)
  const missed = rows.filter(({ verdict }) => verdict !== 'agree')
  // Of what is held out nobody sees more than the score and the kinds of miss.
  const told = list.startsWith('held-') ? census(missed) : missed.map((row) => detailOf(row))
  mkdirSync(OUT, { recursive: true })
  writeFileSync(join(OUT, `${list}.txt`), [...rows.map(({ name, verdict }) => `${verdict.padEnd(7)}${name}`), '', ...told, ''].join('\n'))
}

/** The lists of the shell, in parts that run beside each other: each is a test file, `hands/cases-<part>.test.ts`. */
export const PARTS = {
  commands: ['given-commands', 'own-commands'],
  git: ['own-git'],
  'git-sessions': ['own-git-sessions'],
  text: ['own-explore', 'own-text', 'own-find', 'own-sed', 'own-awk', 'own-jq', 'own-dates', 'own-archive'],
  language: ['given-stories', 'own-redir', 'own-jobs', 'own-expand', 'own-stories', 'held-stories'],
} as const
