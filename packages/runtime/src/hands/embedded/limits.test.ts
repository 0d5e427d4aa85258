import { sessionId, type FailureError, type Hands, type LeaseId } from '@tabwright/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { frameTexts } from '../../../../testkit/src/frame-bundles'
import { LIMIT_TRIALS } from '../../../../testkit/src/limit-trials'
import { openThreadFrame } from '../../../../testkit/src/thread-frame'
import { openWorkspace } from '../../workspace/workspace'
import { embeddedHands } from './embedded-hands'

const ENDED = /limit of this command|no sign of life for 2 s/

describe('limits, in threads', () => {
  const workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
  const leases: { readonly hands: Hands; readonly limited: LeaseId; readonly other: LeaseId }[] = []
  const bench = (): (typeof leases)[number] => {
    const [only] = leases
    if (only === undefined) throw new Error('the bench is used before it was made')
    return only
  }

  beforeAll(async () => {
    const hands = embeddedHands({ openFrame: () => Promise.resolve(openThreadFrame()), bundles: frameTexts })
    const { signal } = new AbortController()
    leases.push({
      hands,
      limited: await hands.provision(sessionId('limited'), signal),
      other: await hands.provision(sessionId('other'), signal),
    })
    await say(bench().other, 'x=kept')
  }, 60_000)
  afterAll(async () => {
    await bench().hands.release(bench().limited)
    await bench().hands.release(bench().other)
  })

  async function say(lease: LeaseId, command: string, timeoutMs = 60_000): Promise<string> {
    const run = { signal: new AbortController().signal, files: workspace.draft(), output: () => undefined }
    return bench()
      .hands.execute(lease, 'shell', { command, timeoutMs }, run)
      .then(
        // Silent and not 0 is what must not be: then this says how it ended.
        ({ text, exitCode }) => (text === '' && exitCode !== 0 ? `ended without a word, exit ${exitCode}\n` : text),
        (thrown: FailureError) => thrown.failure.message,
      )
  }

  it.each(LIMIT_TRIALS)('[O44] $name is stopped with words, and everything else stays alive', { timeout: 120_000 }, async (trial) => {
    const first = await say(bench().limited, trial.command, trial.timeoutMs)
    const next = await say(bench().limited, 'echo next')
    const said = first.slice(0, 2000) + first.slice(-2000) + next
    expect(trial.says.test(said) || (trial.orTimeout === true && ENDED.test(said)), said).toBe(true)
    expect(next).toMatch(/next\n$/)
    expect(await say(bench().other, 'echo $x')).toBe('kept\n')
  })
})
