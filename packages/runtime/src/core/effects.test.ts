import { answer, outline, text, tool, stories, type Story } from '@tabwright/testkit'
import { digestOf, FailureError, failureOf, type Commit, type EffectClass, type Resolution } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import type { Tool, ToolContext } from './tool'

const start = stories()

/** A tool of a class, under a name that the rules let through. */
function acting(effect: EffectClass, run: (context: ToolContext) => Promise<unknown>): Tool {
  return {
    spec: { name: 'read_file', description: `acts as ${effect}`, input: { type: 'object' }, effect, readOnly: false },
    run: async (_input, context) => {
      await run(context)
      return { text: 'acted' }
    },
  }
}

const script = [answer([tool('read_file', { path: 'x' }, { id: 't1' })]), answer([text('ok')])]
const never = (): Promise<never> => new Promise(() => undefined)
const ofCall = async (s: Story): Promise<readonly string[]> =>
  outline(await s.facts()).filter((line) => /^call\.(started|lost|resolved|ended|late)/.test(line))

type Point = 'before the effect' | 'during the effect' | 'after the effect'
const isStart = (commit: Commit): boolean => commit.drafts.some((draft) => draft.type === 'call.started')
const isEnd = (commit: Commit): boolean => commit.drafts.some((draft) => draft.type === 'call.ended')

/** A worker that died at a point of its one call. `began` counts starts of the tool, `done` effects that went through. */
async function died(effect: EffectClass, point: Point) {
  const seen = { began: 0, done: 0, keys: [] as string[] }
  let isDead = false
  const s = await start({
    files: { x: 'old' },
    script,
    tools: [
      acting(effect, async (context) => {
        seen.began++
        seen.keys.push(context.key)
        context.files.write('x', context.text.encode('new'))
        if (point === 'during the effect' && !isDead) {
          isDead = true
          return never()
        }
        seen.done++
      }),
    ],
  })
  const append = s.store.append.bind(s.store)
  s.store.append = async (session, epoch, commit) => {
    if (point === 'after the effect' && isEnd(commit)) return ((isDead = true), never())
    const events = await append(session, epoch, commit)
    if (point !== 'before the effect' || !isStart(commit)) return events
    isDead = true
    return never()
  }
  await s.commands.send('go')
  await expect.poll(() => isDead).toBe(true)
  expect(await s.file('x')).toBe('old')
  s.store.append = append
  await s.restart()
  return { s, seen }
}

const POINTS: readonly [string, Point, number][] = [
  ['[C09]', 'before the effect', 0],
  ['[C10]', 'during the effect', 1],
  ['[C11]', 'after the effect', 1],
]

for (const [number, point, before] of POINTS) {
  describe(`a worker that dies ${point}`, () => {
    it.each(['pure', 'tx', 'keyed'] as const)(`${number} runs a call of class %s again, with the same key`, async (effect) => {
      const { s, seen } = await died(effect, point)
      await s.until('turn.ended')
      expect(seen.began).toBe(before + 1)
      expect(new Set(seen.keys)).toEqual(new Set([seen.keys[0]]))
      expect(await s.file('x')).toBe('new')
      expect((await ofCall(s)).filter((line) => line.startsWith('call.ended'))).toEqual(['call.ended t1 done'])
      expect(s.server.problems).toEqual([])
    })

    it(`${number} [rule 66] asks a person about a call of class ask and never repeats it unasked`, async () => {
      const { s, seen } = await died('ask', point)
      await s.until('call.lost')
      await s.restart()
      await new Promise((resolve) => setTimeout(resolve, 30))
      expect(seen.began).toBe(before)
      expect(await ofCall(s)).toEqual(['call.started t1', 'call.lost t1'])
      expect(s.server.requests).toHaveLength(1)
    })
  })
}

describe('a call whose end is unknown', () => {
  const lost = async (): Promise<{
    s: Story
    seen: { began: number; keys: string[] }
    answerIt: (choice: Resolution) => Promise<void>
  }> => {
    const { s, seen } = await died('ask', 'during the effect')
    await s.until('call.lost')
    const judged = (await s.facts()).find((event) => event.type === 'call.judged')
    if (judged?.type !== 'call.judged') throw new Error('nothing was judged')
    const { call, digest } = judged.data
    return { s, seen, answerIt: (choice) => s.commands.resolve({ call, digest, choice }) }
  }
  const told = (s: Story): unknown => JSON.parse(s.server.requests[1]?.body ?? '{}').messages.at(-1).content[0]

  it('[rule 66] ends as done when the person says that it was done', async () => {
    const { s, seen, answerIt } = await lost()
    await answerIt('done')
    await s.until('turn.ended')
    expect(seen.began).toBe(1)
    expect((await ofCall(s)).at(-1)).toBe('call.ended t1 done')
    expect(told(s)).toMatchObject({ content: expect.stringContaining('The person looked and says that it was done') })
  })

  it('[rule 66] ends as unknown when the person leaves it, and the model is told to look first', async () => {
    const { s, seen, answerIt } = await lost()
    await answerIt('skip')
    await s.until('turn.ended')
    expect(seen.began).toBe(1)
    expect((await ofCall(s)).at(-1)).toBe('call.ended t1 unknown')
    expect(told(s)).toMatchObject({ is_error: true, content: expect.stringContaining('Check the state before repeating') })
  })

  it('[rule 71] runs again when the person says so, under the key of its first start', async () => {
    const { s, seen, answerIt } = await lost()
    await answerIt('again')
    await s.until('turn.ended')
    expect(seen.began).toBe(2)
    expect(seen.keys[1]).toBe(seen.keys[0])
    expect(seen.keys[0]).toMatch(/^story:\d+:t1$/)
    const started = (await s.facts()).flatMap((event) => (event.type === 'call.started' ? [event.data.key] : []))
    expect(started).toEqual([seen.keys[0], seen.keys[0]])
    expect((await ofCall(s)).at(-1)).toBe('call.ended t1 done')
  })

  it('is asked about again when the worker dies in the second try: an answer counts for one start', async () => {
    const { s, answerIt } = await lost()
    const append = s.store.append.bind(s.store)
    let isDead = false
    s.store.append = (session, epoch, commit) => (isEnd(commit) ? ((isDead = true), never()) : append(session, epoch, commit))
    await answerIt('again')
    await expect.poll(() => isDead).toBe(true)
    s.store.append = append
    await s.restart()
    await s.until('call.lost', 2)
    expect(await ofCall(s)).toEqual(['call.started t1', 'call.lost t1', 'call.resolved t1 again', 'call.started t1', 'call.lost t1'])
  })

  it('takes the first durable answer, and none for other bytes', async () => {
    const { s, answerIt } = await lost()
    const judged = (await s.facts()).find((event) => event.type === 'call.judged')
    if (judged?.type !== 'call.judged') throw new Error('nothing was judged')
    const other = { call: judged.data.call, digest: digestOf('0'.repeat(64)), choice: 'again' } as const
    expect(failureOf(await s.commands.resolve(other).catch((error: unknown) => error)).code).toBe('stale')
    await answerIt('skip')
    expect(failureOf(await answerIt('again').catch((error: unknown) => error)).code).toBe('stale')
    await s.until('turn.ended')
    expect((await ofCall(s)).filter((line) => line.startsWith('call.resolved'))).toEqual(['call.resolved t1 skip'])
  })

  it('[rule 107] ends as unknown when the person stops the turn', async () => {
    const { s } = await lost()
    await s.driver.stop()
    expect(await ofCall(s)).toEqual(['call.started t1', 'call.lost t1', 'call.ended t1 unknown'])
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended interrupted')
  })
})

describe('a tool that misbehaves', () => {
  const hostile = {
    toJSON(): never {
      throw new RangeError('no JSON')
    },
  }
  it.each([
    ['throws a text', () => Promise.reject('a bare text')],
    ['rejects with nothing', () => Promise.reject(undefined)],
    ['gives nothing', () => Promise.resolve(undefined)],
    ['gives a detail that throws in toJSON', () => Promise.resolve({ text: 'x', detail: hostile })],
    ['gives a detail that the log does not know', () => Promise.resolve({ text: 'x', detail: { no: { such: 'field' } } })],
    ['gives a text whose getter throws', () => Promise.resolve(Object.defineProperty({}, 'text', { get: () => hostile.toJSON() }))],
  ])('[rule 78] ends its call, not the session, when it %s', async (_what, run) => {
    const bad: Tool = {
      spec: { name: 'read_file', description: 'bad', input: { type: 'object' }, effect: 'tx', readOnly: false },
      run: run as unknown as Tool['run'],
    }
    const s = await start({ script, tools: [bad] })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect((await ofCall(s)).at(-1)).toBe('call.ended t1 failed')
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended end')
    expect(s.halts).toEqual([])
  })

  it('[rule 73] drops what comes after a stop from the conversation, notes that it came, and tears down where it ran', async () => {
    let finish = (): void => undefined
    const s = await start({
      files: { x: 'old' },
      script,
      tools: [
        acting('tx', async (context) => {
          await context.lease()
          context.files.write('x', context.text.encode('too late'))
          await new Promise<void>((resolve) => (finish = resolve))
        }),
      ],
    })
    await s.commands.send('go')
    await s.until('call.started')
    await s.driver.stop()
    expect(await ofCall(s)).toEqual(['call.started t1', 'call.ended t1 interrupted'])
    await expect.poll(() => s.released).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 30))
    finish()
    await s.until('call.late')
    expect((await ofCall(s)).at(-1)).toBe('call.late t1 done')
    expect(await s.file('x')).toBe('old')
    await s.commands.send('again')
    await s.until('turn.ended', 2)
    expect(s.server.requests[1]?.body).not.toContain('acted')
    expect(s.server.problems).toEqual([])
  })

  it('[C14] ends with the sandbox that it ran in, says what was lost, and the next command runs in a new one', async () => {
    const s = await start({
      files: { x: 'old' },
      script: [
        answer([tool('shell', { command: 'ls' }, { id: 't1' })]),
        answer([tool('shell', { command: 'pwd' }, { id: 't2' })]),
        answer([text('ok')]),
      ],
      shell: (command, run) => {
        if (command === 'pwd') return { text: '/workspace' }
        run.files.write('x', new TextEncoder().encode('half done'))
        throw new FailureError({ code: 'sandbox_lost', message: 'The sandbox was thrown away.' })
      },
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(await ofCall(s)).toContain('call.ended t1 failed')
    expect(await s.file('x')).toBe('old')
    expect(s.server.requests[1]?.body).toContain('The sandbox was thrown away. Shell variables, functions')
    expect(s.ran).toEqual(['ls', 'pwd'])
  })
})
