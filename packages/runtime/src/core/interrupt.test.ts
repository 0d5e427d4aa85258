import {
  answer,
  fakeClock,
  hold,
  httpError,
  outline,
  text,
  thinking,
  tool,
  stories,
  type Story,
  type StoryOptions,
} from '@tabwright/testkit'
import { sessionId } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'

const start = stories()

const ID = sessionId('story')
const never = { type: 'hold', until: hold().until } as const
const shell = tool('shell', { command: 'ls' }, { id: 't1' })
const streaming = async (s: Story): Promise<void> => {
  await expect.poll(() => s.live.some((update) => update.type === 'delta')).toBe(true)
}

/** Calls of complete answers, and those that have a result. */
const calls = async (s: Story): Promise<readonly string[]> =>
  (await s.facts()).flatMap((event) =>
    event.type === 'message.assistant' ? event.data.content.flatMap((block) => (block.type === 'call' ? [block.id] : [])) : [],
  )
const results = async (s: Story): Promise<readonly string[]> =>
  (await s.facts()).flatMap((event) => (event.type === 'call.ended' ? [event.data.call] : []))

interface Point {
  readonly what: string
  readonly options: StoryOptions
  readonly reached: (s: Story) => Promise<void>
}

/** Where a person may press Stop. The last answer of each script is for the turn after it. */
const POINTS: readonly Point[] = [
  {
    what: 'before the first byte',
    options: { script: [answer([text('x')], { before: [never] }), answer([text('ok')])] },
    reached: (s) => s.server.arrived(1).then(() => undefined),
  },
  {
    what: 'in the middle of thinking',
    options: { script: [answer([thinking('hm'), text('x')], { after: [never] }), answer([text('ok')])] },
    reached: streaming,
  },
  {
    what: 'in the middle of a call’s input',
    options: { script: [answer([text('a'), shell], { after: [never] }), answer([text('ok')])] },
    reached: streaming,
  },
  {
    what: 'while a call waits for approval',
    options: { script: [answer([tool('shell', { command: 'make all' }, { id: 't1' })]), answer([text('ok')])] },
    reached: (s) => s.until('call.judged'),
  },
  {
    what: 'while a tool runs',
    options: {
      script: [answer([shell, tool('shell', { command: 'pwd' }, { id: 't2' })]), answer([text('ok')])],
      shell: (_command, run) => new Promise((_resolve, reject) => run.signal.addEventListener('abort', () => reject(new Error('stopped')))),
    },
    reached: (s) => s.until('call.started'),
  },
  {
    what: 'while it waits to ask again',
    options: { clock: fakeClock(), script: [httpError(529, { type: 'overloaded_error', message: 'busy' }), answer([text('ok')])] },
    reached: (s) => s.until('model.failed'),
  },
]

describe('a person who stops', () => {
  it.each(POINTS)('[rule 107] [F68] leaves a conversation that goes on: $what', async ({ options, reached }) => {
    const s = await start(options)
    await s.commands.send('go')
    await reached(s)
    await s.driver.stop()
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended interrupted')
    expect(await results(s)).toEqual(await calls(s))
    await s.commands.send('again')
    await s.until('turn.ended', 2)
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended end')
    expect(s.server.problems).toEqual([])
  })

  it.each(POINTS)('[rule 108] may ask twice: $what', async ({ options, reached }) => {
    const s = await start(options)
    await s.commands.send('go')
    await reached(s)
    await Promise.all([s.driver.stop(), s.driver.stop()])
    await s.driver.stop()
    const lines = outline(await s.facts())
    expect(lines.filter((line) => line.startsWith('turn.ended'))).toEqual(['turn.ended interrupted'])
    expect(await results(s)).toEqual(await calls(s))
  })

  it('[rule 108] starts no turn by a stop that comes when nothing goes on', async () => {
    const s = await start({ script: [answer([text('ok')])] })
    await s.driver.stop()
    expect(outline(await s.facts())).toEqual(['session.opened'])
  })

  it('[F67] holds what was queued, over a restart too, until they send something', async () => {
    const s = await start({
      script: [answer([text('x')], { before: [never] }), answer([text('ok')])],
    })
    await s.commands.send('go')
    await s.server.arrived(1)
    await s.commands.send('queued')
    await s.driver.stop()
    await s.restart()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(s.server.requests).toHaveLength(1)
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended interrupted')
    await s.commands.send('now')
    await s.until('turn.ended', 2)
    const sent: { content: { text?: string }[] }[] = JSON.parse(s.server.requests[1]?.body ?? '{}').messages
    expect(sent.at(-1)?.content.map((block) => block.text)).toEqual(expect.arrayContaining(['queued', 'now']))
    expect(s.server.problems).toEqual([])
  })

  it('[F67] starts no turn with a message that was taken but not yet sent', async () => {
    const s = await start({ script: [answer([text('ok')])] })
    const append = s.store.append.bind(s.store)
    let stopping: Promise<void> | undefined
    s.store.append = async (session, epoch, commit) => {
      if (commit.drafts.some((draft) => draft.type === 'turn.started')) {
        const events = await append(session, epoch, commit)
        queueMicrotask(() => (stopping = s.driver.stop()))
        return events
      }
      return append(session, epoch, commit)
    }
    await s.commands.send('go')
    await s.until('turn.ended')
    await stopping
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(outline(await s.facts()).filter((line) => line.startsWith('turn.started'))).toHaveLength(1)
  })
})

describe('a message while it works', () => {
  const steered = (): StoryOptions => ({ script: [answer([shell]), answer([text('ok')])] })
  const userTexts = (s: Story): readonly string[] => {
    const { messages }: { messages: { role: string; content: { type: string; text?: string }[] }[] } = JSON.parse(
      s.server.requests.at(-1)?.body ?? '{}',
    )
    return messages.flatMap(({ role, content }) =>
      role === 'user' ? content.flatMap((block) => (block.type === 'text' ? [block.text ?? ''] : [])) : [],
    )
  }

  it.each(['before', 'after'] as const)('[rule 106] is there once when the worker dies %s the entry that takes it', async (when) => {
    const s: Story = await start({
      ...steered(),
      shell: async () => {
        await s.commands.send('steer')
        return { text: 'listed' }
      },
    })
    const append = s.store.append.bind(s.store)
    let isDead = false
    s.store.append = async (session, epoch, commit) => {
      const takes = commit.drafts.some((draft) => draft.type === 'message.user' && JSON.stringify(draft.data).includes('steer'))
      if (isDead || (takes && when === 'before')) return ((isDead = true), new Promise(() => undefined))
      // Delivery and the bytes that carry it are one transaction.
      if (takes)
        expect([commit.drafts.map((draft) => draft.type), commit.wire?.length, commit.taken?.length]).toEqual([
          ['message.user', 'model.requested'],
          1,
          1,
        ])
      const events = await append(session, epoch, commit)
      if (takes) isDead = true
      return takes ? new Promise(() => undefined) : events
    }
    await s.commands.send('go')
    await expect.poll(() => isDead).toBe(true)
    s.store.append = append
    await s.restart()
    await s.until('turn.ended')
    expect(userTexts(s).filter((line) => line === 'steer')).toEqual(['steer'])
    expect(outline(await s.facts()).filter((line) => line === 'message.user user')).toHaveLength(2)
    expect(s.server.problems).toEqual([])
  })

  it('[rule 106] can be edited, moved and taken back until it is delivered', async () => {
    const s: Story = await start({
      ...steered(),
      shell: async () => {
        for (const line of ['a', 'b', 'c']) await s.commands.send(line)
        const [a, b, c] = (await s.store.readInbox(ID)).map(({ n }) => n)
        await s.store.amend(ID, a ?? 0, { text: 'A' })
        await s.store.withdraw(ID, b ?? 0)
        await s.store.reorder(ID, [c ?? 0, a ?? 0])
        return {}
      },
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(userTexts(s)).toEqual(['go', 'c', 'A'])
  })

  it('[rule 106] is delivered as it reads in that moment, when it is edited while it is taken', async () => {
    const s: Story = await start({
      ...steered(),
      shell: async () => {
        await s.commands.send('old')
        return {}
      },
    })
    const append = s.store.append.bind(s.store)
    let isEdited = false
    s.store.append = async (session, epoch, commit) => {
      const row = commit.unchanged?.[0]
      const isOld = row?.message.type === 'message' && row.message.text === 'old'
      if (isOld && !isEdited) isEdited = await s.store.amend(session, row.n, { text: 'new' })
      return append(session, epoch, commit)
    }
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(isEdited).toBe(true)
    expect(userTexts(s)).toEqual(['go', 'new'])
  })
})
