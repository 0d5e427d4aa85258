import { sessionId, type Hands, type LeaseId } from '@tabwright/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { frameTexts } from '../../../../testkit/src/frame-bundles'
import { openThreadFrame } from '../../../../testkit/src/thread-frame'
import { openWorkspace } from '../../workspace/workspace'
import { embeddedHands } from './embedded-hands'

describe('the shell of a session outlives what was done to it', () => {
  const workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
  const leases: { readonly hands: Hands; readonly lease: LeaseId }[] = []

  beforeAll(async () => {
    const hands = embeddedHands({ openFrame: () => Promise.resolve(openThreadFrame()), bundles: frameTexts })
    leases.push({ hands, lease: await hands.provision(sessionId('lasting'), new AbortController().signal) })
  }, 60_000)
  afterAll(async () => {
    for (const { hands, lease } of leases) await hands.release(lease)
  })

  async function say(command: string): Promise<string> {
    const [only] = leases
    if (only === undefined) throw new Error('the bench is used before it was made')
    const files = workspace.draft()
    const run = { signal: new AbortController().signal, files, output: () => undefined }
    const { text } = await only.hands.execute(only.lease, 'shell', { command }, run)
    workspace.adopt(files.delta())
    return text
  }

  it.each([
    ['a trap before every command', "trap 'exit' DEBUG", 'the trap of DEBUG'],
    ['a mark of traces that traces itself', "PS4='$(set -x; echo)'; set -x", 'PS4'],
    ['a shell that reads and does nothing', 'set -n', ''],
    ['closed streams', 'exec 0<&- 1>&- 2>&-', ''],
    ['a workspace that was removed', 'cd /; rm -rf /workspace', 'is there again, empty'],
    ['a workspace that was moved away', 'mv /workspace /tmp/away; ln -s /tmp/away /workspace', 'is there again, empty'],
    ['a file where the workspace was', 'cd /; rm -rf /workspace; echo x > /workspace', 'is there again, empty'],
  ])('after %s the next command runs, and its files are in the workspace', async (_what, command, said) => {
    expect(await say(command)).toContain(said)
    // Traces stay on, as bash has it.
    const next = await say('{ set +x; } 2> /dev/null; cd /workspace && pwd -P && echo next > next.txt && cat next.txt')
    expect(next.replaceAll(/^\+ .*\n/gm, '')).toBe('/workspace\nnext\n')
    expect(workspace.list().map(({ path }) => path)).toEqual(['next.txt'])
    await say('rm next.txt; unset PS4')
  })
})
