import { sessionId } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { frameTexts } from '../../../../testkit/src/frame-bundles'
import { openThreadFrame } from '../../../../testkit/src/thread-frame'
import { openWorkspace } from '../../workspace/workspace'
import { embeddedHands } from './embedded-hands'

it('[O31] a decoy lies in the environment and in the home folder of a sandbox, and not among the files of the workspace', async () => {
  const hands = embeddedHands({
    openFrame: () => Promise.resolve(openThreadFrame()),
    bundles: frameTexts,
    decoy: (session) => `dpl_${session}`,
  })
  const { signal } = new AbortController()
  const files = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) }).draft()
  const lease = await hands.provision(sessionId('one'), signal)
  const shell = async (command: string): Promise<string> =>
    (await hands.execute(lease, 'shell', { command, timeoutMs: 60_000 }, { signal, files, output: () => undefined })).text
  try {
    expect(await shell('env | grep DECOY; node -p process.env.DECOY_DEPLOY_TOKEN; tail -n 1 ~/.credentials; ls -A')).toBe(
      'DECOY_DEPLOY_TOKEN=dpl_one\ndpl_one\ntoken = dpl_one\n',
    )
    expect(files.delta()).toEqual([])
  } finally {
    await hands.release(lease)
  }
}, 60_000)
