import { sessionId, type LeaseId } from '@tabwright/protocol'
import { afterAll, describe, expect, it } from 'vitest'
import { absentTools, casesOf, isComparable, type AgreementCase } from '../../../../../testkit/src/agreement/case-list'
import { FIXTURE_TIME, realOutcomes } from '../../../../../testkit/src/agreement/real-batch'
import { detailOf, scoreLine, scoreOf, verdictOf, type Compared } from '../../../../../testkit/src/agreement/verdict'
import { frameTexts, pythonPack } from '../../../../../testkit/src/frame-bundles'
import { openThreadFrame } from '../../../../../testkit/src/thread-frame'
import { openWorkspace } from '../../../workspace/workspace'
import { embeddedHands } from '../embedded-hands'

const { signal } = new AbortController()
const hands = embeddedHands({ openFrame: () => Promise.resolve(openThreadFrame()), bundles: frameTexts, python: () => pythonPack() })
const leases: LeaseId[] = []
afterAll(async () => {
  for (const lease of leases) await hands.release(lease)
})

/** Every run is a worker of its own, so the gate takes a part of the list; `npm run shell:agree -- own-python` all of it. */
const isAll = process.env['TABWRIGHT_PYTHON_CASES'] === 'all'
const STEP = 7
/** The share that must not get worse. */
const FLOOR = isAll ? 98 : 100

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

async function ours(lease: LeaseId, { script, files }: AgreementCase): Promise<Compared['ours']> {
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
    { command: `bash -c ${quoted(script)}`, timeoutMs: 60_000 },
    // What is shown of the loading is no output of a command.
    {
      signal,
      files: workspace.draft(),
      output: (stream, text) => {
        if (!text.startsWith('\rLoading Python')) said[stream] += text
      },
    },
  )
  return { out: said.stdout, err: said.stderr, code: exitCode }
}

describe('Python, compared with the machine’s', () => {
  it('agrees on the list own-python at least as often as before', { timeout: 600_000 }, async () => {
    const absent = absentTools()
    const cases = casesOf('own-python').filter((test, at) => isComparable(test, absent) && (isAll || at % STEP === 0))
    const real = await realOutcomes(cases)
    const lease = await hands.provision(sessionId('python-cases'), signal)
    leases.push(lease)
    const rows: Compared[] = []
    for (const [at, test] of cases.entries()) {
      const theirs = real[at]
      if (theirs === undefined) throw new Error(`nothing came of ${test.name}`)
      const got = await ours(lease, test)
      rows.push({ ...test, real: theirs, ours: got, verdict: verdictOf(theirs, got) })
    }
    const score = scoreOf('own-python', rows)
    const missed = rows.filter(({ verdict }) => verdict !== 'agree').map((row) => detailOf(row))
    console.info([scoreLine(score), ...missed].join('\n'))
    expect(score.percent, missed.join('\n')).toBeGreaterThanOrEqual(FLOOR)
  })
})
