import { sessionId } from '@tabwright/protocol'
import { answer, outline, stories, text, tool, type Story } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'

const start = stories()
const ID = sessionId('story')
const shell = tool('shell', { command: 'ls' }, { id: 't1' })

/** What the person said, in the order in which the session has it, and where turns ended. */
const said = async (s: Story): Promise<readonly string[]> =>
  (await s.facts()).flatMap((event) => {
    if (event.type === 'turn.ended') return ['|']
    if (event.type !== 'message.user' || event.data.from !== 'user') return []
    return event.data.content.flatMap((block) => (block.type === 'text' ? [block.text] : []))
  })
const rows = async (s: Story): Promise<readonly number[]> => (await s.store.readInbox(ID)).map(({ n }) => n)

describe('a message for after the turn', () => {
  it('waits for the end of the turn and begins one of its own, while others steer', async () => {
    const s: Story = await start({
      script: [answer([shell]), answer([text('first')]), answer([text('second')]), answer([text('third')])],
      shell: async () => {
        await s.commands.send('later', undefined, { when: 'after' })
        await s.commands.send('much later', undefined, { when: 'after' })
        await s.commands.send('steer')
        return {}
      },
    })
    await s.commands.send('go')
    await expect.poll(() => said(s)).toEqual(['go', 'steer', '|', 'later', '|', 'much later', '|'])
    expect(s.server.problems).toEqual([])
  })

  it('is there for the worker that comes after one that died', async () => {
    const s: Story = await start({
      script: [
        answer([shell]),
        answer([tool('shell', { command: 'ls' }, { id: 't2' })]),
        answer([text('first')]),
        answer([text('second')]),
      ],
      shell: async () => {
        if ((await rows(s)).length === 0) await s.commands.send('later', 'id-1', { when: 'after' })
        return {}
      },
    })
    await s.commands.send('go')
    await s.until('call.ended')
    await s.restart()
    await expect.poll(() => said(s)).toEqual(['go', '|', 'later', '|'])
  })

  it('goes at once when the person says so', async () => {
    const s: Story = await start({
      script: [answer([shell]), answer([text('both')])],
      shell: async () => {
        await s.commands.send('later', undefined, { when: 'after' })
        const [n] = await rows(s)
        await s.store.amend(ID, n ?? 0, { when: 'now' })
        return {}
      },
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(await said(s)).toEqual(['go', 'later', '|'])
  })
})

describe('a queue that is paused', () => {
  it('keeps its messages past the end of the turn, until they are let go or one of them is sent', async () => {
    const s: Story = await start({
      script: [answer([shell]), answer([text('first')]), answer([text('second')]), answer([text('third')])],
      shell: async () => {
        for (const line of ['a', 'b']) await s.commands.send(line)
        for (const n of await rows(s)) await s.store.amend(ID, n, { paused: true })
        return {}
      },
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(await said(s)).toEqual(['go', '|'])
    const [a, b] = await rows(s)
    await s.store.amend(ID, b ?? 0, { when: 'now' })
    s.driver.wake()
    await expect.poll(() => said(s)).toEqual(['go', '|', 'b', '|'])
    await s.store.amend(ID, a ?? 0, { paused: false })
    s.driver.wake()
    await expect.poll(() => said(s)).toEqual(['go', '|', 'b', '|', 'a', '|'])
    expect(outline(await s.facts()).filter((line) => line.startsWith('turn.started'))).toHaveLength(3)
  })

  it('after a stop one message is sent alone where the others are paused', async () => {
    const s: Story = await start({
      script: [answer([shell]), answer([text('second')])],
      shell: async () => {
        for (const line of ['a', 'b']) await s.commands.send(line)
        await s.driver.stop()
        return {}
      },
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    const [a, b] = await rows(s)
    await s.store.amend(ID, a ?? 0, { paused: true })
    await s.store.amend(ID, b ?? 0, { when: 'now' })
    s.driver.wake()
    await expect.poll(() => said(s)).toEqual(['go', '|', 'b', '|'])
    expect(await rows(s)).toHaveLength(1)
  })
})
