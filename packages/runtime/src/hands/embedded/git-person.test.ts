import { sessionId, type GitPerson } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { frameTexts } from '../../../../testkit/src/frame-bundles'
import { openThreadFrame } from '../../../../testkit/src/thread-frame'
import { openWorkspace } from '../../workspace/workspace'
import { embeddedHands } from './embedded-hands'

it('commits are by whom the person entered, from the next command on', async () => {
  let person: GitPerson = { name: '', email: '' }
  const hands = embeddedHands({
    openFrame: () => Promise.resolve(openThreadFrame()),
    bundles: frameTexts,
    person: () => Promise.resolve(person),
  })
  const { signal } = new AbortController()
  const lease = await hands.provision(sessionId('person'), signal)
  const files = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) }).draft()
  const shell = (command: string) =>
    hands.execute(lease, 'shell', { command, timeoutMs: 60_000 }, { signal, files, output: () => undefined })
  try {
    expect((await shell('git init -q /tmp/r; cd /tmp/r; git commit -q --allow-empty -m one')).text).toContain('Please tell me who you are')
    person = { name: 'Ann\n<Bee>', email: 'ann@example.com' }
    expect((await shell('git -C /tmp/r commit -q --allow-empty -m one; git -C /tmp/r log --format="%an <%ae>"')).text).toContain(
      'Ann  Bee <ann@example.com>\n',
    )
    await shell('git config --global user.name Own')
    expect((await shell('git config user.name')).text).toBe('Own\n')
    person = { name: 'Cy', email: '' }
    expect((await shell('git config user.name; git config user.email; echo $?')).text).toBe('Cy\n1\n')
  } finally {
    await hands.release(lease)
  }
}, 60_000)
