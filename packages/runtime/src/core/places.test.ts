import {
  answer,
  askedBy,
  fakeHands,
  hold,
  ownFacts,
  plays,
  stories,
  task,
  text,
  tool,
  type FakeCommand,
  type Story,
} from '@tabwright/testkit'
import { FailureError, EMBEDDED, sessionId, type HandsChoice, type SessionEvent, type WorkspaceDraft } from '@tabwright/protocol'
import { describe, expect, it, vi } from 'vitest'
import type { Place, Places } from './places'

const start = stories()
const SHOP: HandsChoice = { type: 'remote', name: 'shop', mark: 'm1', identity: 'default', isConfined: true }

/** A place whose files are given, and what ran there. */
function shop(
  run?: FakeCommand,
  bring: (files: WorkspaceDraft, signal: AbortSignal) => void | Promise<void> = () => undefined,
  isConfined = true,
): Places & { ran: string[] } {
  const hands = fakeHands(run)
  const place: Place = {
    name: 'the directory "shop"',
    hands,
    owner: { worker: 'shop', version: 'm1 confined', identity: 'default' },
    isConfined,
    bring: async (_lease, files, signal) => bring(files, signal),
  }
  return { at: (chosen) => (chosen.type === 'remote' ? place : undefined), ran: hands.ran }
}

const write = (files: WorkspaceDraft, path: string, content: string): void => files.write(path, new TextEncoder().encode(content))
const call = (command: string, id = 't1'): ReturnType<typeof answer> => answer([tool('shell', { command }, { id })])

async function judged(s: Story, nth: number): Promise<SessionEvent<'call.judged'>['data']> {
  await s.until('call.judged', nth)
  const last = (await s.facts()).filter((event) => event.type === 'call.judged').at(-1)
  if (last?.type !== 'call.judged') throw new Error('nothing was judged')
  return last.data
}

const outcomes = async (s: Story): Promise<readonly string[]> =>
  (await s.facts()).flatMap((event) => (event.type === 'call.ended' ? [event.data.outcome.type] : []))

describe('a command at a place that was chosen', () => {
  it.each(['ls', 'cd src', 'cd src && cat a.txt', 'make'])('asks in every mode, though it may pass in the sandbox: %s', async (command) => {
    const places = shop()
    const s = await start({ places, script: [call(command), answer([text('ok')])] })
    await s.commands.setHands(SHOP)
    await s.commands.setMode('bypass')
    await s.commands.send('go')
    const { verdict } = await judged(s, 1)
    expect(verdict).toMatchObject({
      type: 'ask',
      reason: expect.stringContaining('run in the directory "shop" of a real machine, confined'),
    })
    await s.driver.stop()
    expect([s.ran, places.ran]).toEqual([[], []])
  })

  it('runs there, and what was allowed for the sandbox does not hold there, nor the other way round', async () => {
    const places = shop()
    const s = await start({ places, script: [call('make', 't1'), call('make', 't2'), call('make', 't3'), answer([text('ok')])] })
    await s.commands.send('go')
    const first = await judged(s, 1)
    await s.commands.decide({ call: first.call, digest: first.digest, answer: 'session' })
    await s.until('call.ended')
    await s.commands.setHands(SHOP)
    const { call: id, digest, verdict } = await judged(s, 2)
    expect(verdict).toMatchObject({ type: 'ask', reason: expect.stringContaining('You allowed shell(make)') })
    await s.commands.decide({ call: id, digest, answer: 'session' })
    // The rule of the person's that this made speaks for the third.
    await s.until('turn.ended')
    expect([s.ran, places.ran]).toEqual([['make'], ['make', 'make']])
    const started = (await s.facts()).flatMap((event) => (event.type === 'call.started' ? [event.data] : []))
    expect(started.at(-1)).toMatchObject({ effect: 'ask', remote: { worker: 'shop', identity: 'default' } })
  })

  it('is judged anew when the place changes while it waits, and then runs where it was judged for', async () => {
    const places = shop()
    const s = await start({ places, script: [call('make'), answer([text('ok')])] })
    await s.commands.setHands(SHOP)
    await s.commands.send('go')
    const there = await judged(s, 1)
    await s.commands.setHands(EMBEDDED)
    const here = await judged(s, 2)
    await expect(s.commands.decide({ call: there.call, digest: there.digest, answer: 'once' })).rejects.toThrow()
    await s.commands.decide({ call: here.call, digest: here.digest, answer: 'once' })
    await s.until('turn.ended')
    expect([s.ran, places.ran]).toEqual([['make'], []])
  })

  it('leaves a question behind when the tab dies under it, and is not repeated', async () => {
    let isBegun = (): void => undefined
    const begun = new Promise<void>((resolve) => (isBegun = resolve))
    const places = shop(() => {
      isBegun()
      return new Promise(() => undefined)
    })
    const s = await start({ places, script: [call('make'), answer([text('ok')])] })
    await s.commands.setHands(SHOP)
    await s.commands.send('go')
    const { call: id, digest } = await judged(s, 1)
    await s.commands.decide({ call: id, digest, answer: 'once' })
    await begun
    await s.restart()
    await s.until('call.lost')
    expect(places.ran).toEqual(['make'])
    await s.commands.resolve({ call: id, digest, choice: 'done' })
    await s.until('turn.ended')
    expect(places.ran).toEqual(['make'])
  })

  it.each(['a restart', 'another place'])('that waits for a word on what it wrote does not run again after %s', async (what) => {
    const places = shop((_command, run) => {
      write(run.files, '.env', 'KEY=1')
      return {}
    })
    const s = await start({ places, script: [call('make'), answer([text('ok')])] })
    await s.commands.setHands(SHOP)
    await s.commands.send('go')
    const first = await judged(s, 1)
    await s.commands.decide({ call: first.call, digest: first.digest, answer: 'once' })
    const { call: id, digest } = await judged(s, 2)
    if (what === 'a restart') await s.restart()
    else await s.commands.setHands(EMBEDDED)
    await s.commands.decide({ call: id, digest, answer: 'once' })
    if (what === 'a restart') {
      await s.until('call.lost')
      await s.commands.resolve({ call: id, digest, choice: 'skip' })
    }
    await s.until('turn.ended')
    expect([places.ran, s.ran]).toEqual([['make'], []])
    expect([await outcomes(s), await s.file('.env')]).toEqual(what === 'a restart' ? [['unknown'], undefined] : [['done'], 'KEY=1'])
  })

  it('that is stopped while files come in never began', async () => {
    let isComing = (): void => undefined
    const coming = new Promise<void>((resolve) => (isComing = resolve))
    let times = 0
    const places = shop(undefined, (_files, signal) => {
      if (++times === 1) return undefined
      isComing()
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new FailureError({ code: 'aborted', message: 'stopped' })))
      })
    })
    const s = await start({ places, script: [call('make'), answer([text('ok')])] })
    await s.commands.setHands(SHOP)
    await s.commands.send('go')
    const { call: id, digest } = await judged(s, 1)
    await s.commands.decide({ call: id, digest, answer: 'once' })
    await coming
    await s.driver.stop()
    expect([await outcomes(s), places.ran]).toEqual([['interrupted'], []])
    expect((await s.facts()).some(({ type }) => type === 'call.started')).toBe(false)
  })

  it('that writes what is asked about each time says that the place has it already', async () => {
    const places = shop((_command, run) => {
      write(run.files, '.env', 'KEY=1')
      return {}
    })
    const s = await start({ places, script: [call('make'), answer([text('ok')])] })
    await s.commands.setHands(SHOP)
    await s.commands.send('go')
    const { call: id, digest } = await judged(s, 1)
    await s.commands.decide({ call: id, digest, answer: 'once' })
    const { verdict } = await judged(s, 2)
    expect(verdict).toMatchObject({
      type: 'ask',
      reason: expect.stringMatching(/has it already.*\.env.*deny it, and the next command there/s),
    })
    expect(await s.file('.env')).toBeUndefined()
    await s.driver.stop()
  })
})

describe('choosing a place', () => {
  it('is told to the agent and the person, and brings its files in as what others wrote', async () => {
    const places = shop(undefined, (files) => write(files, 'there.txt', 'theirs\n'))
    const s = await start({ files: { 'mine.txt': 'mine' }, places, script: [answer([text('ok')])] })
    await s.commands.setHands(SHOP)
    expect(await s.file('there.txt')).toBe('theirs\n')
    const facts = await s.facts()
    expect(facts.map(({ type }) => type).slice(-4)).toEqual(['hands.chosen', 'message.user', 'checkpoint.made', 'workspace.changed'])
    expect(facts.at(-1)?.data).toMatchObject({ by: 'import' })
    expect([...s.reviews().keys()]).toEqual([])
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(s.server.requests[0]?.body).toContain('another place for your commands: the directory \\"shop\\"')
    // The same place once more is no news.
    await s.commands.setHands(SHOP)
    expect((await s.facts()).filter(({ type }) => type === 'hands.chosen')).toHaveLength(1)
  })

  it('says where nothing confines it, and takes other changes in before each command', async () => {
    let content = 'one'
    const places = shop(undefined, (files) => write(files, 'a.txt', content), false)
    const s = await start({ places, script: [call('make'), answer([text('ok')])] })
    await s.commands.setHands(SHOP)
    content = 'two'
    await s.commands.send('go')
    const { call: id, digest, verdict } = await judged(s, 1)
    expect(verdict).toMatchObject({ reason: expect.stringContaining('NOT confined: with all rights') })
    await s.commands.decide({ call: id, digest, answer: 'once' })
    await s.until('turn.ended')
    expect(await s.file('a.txt')).toBe('two')
    const changes = (await s.facts()).flatMap((event) => (event.type === 'workspace.changed' ? [event.data.by] : []))
    expect(changes.slice(-2)).toEqual(['import', 'import'])
  })

  it('that cannot be reached is kept, and nothing runs in the sandbox instead', async () => {
    const away = new FailureError({ code: 'unavailable', message: 'Nobody offers it. Nothing was run.' })
    const places = shop(
      () => Promise.reject(away),
      () => {
        throw away
      },
    )
    const s = await start({ places, script: [call('make'), answer([text('ok')])] })
    await expect(s.commands.setHands(SHOP)).rejects.toThrow('Nobody offers it')
    await s.commands.send('go')
    const { call: id, digest } = await judged(s, 1)
    await s.commands.decide({ call: id, digest, answer: 'once' })
    await s.until('turn.ended')
    expect([await outcomes(s), s.ran]).toEqual([['failed'], []])
  })

  it.each(['denied', 'unexpected', 'bad_input'] as const)(
    'whose files fail with %s stops neither the session nor the command',
    async (code) => {
      const places = shop(
        () => ({ text: 'made' }),
        () => {
          throw new FailureError({ code, message: 'EACCES at a file.' })
        },
      )
      const s = await start({ places, script: [call('make'), answer([text('ok')])] })
      const posted = await s.store.post(sessionId('story'), { type: 'hands', hands: SHOP })
      await s.commands.setHands(SHOP, [posted])
      await s.commands.send('go')
      const { call: id, digest } = await judged(s, 1)
      await s.commands.decide({ call: id, digest, answer: 'once' })
      await s.until('turn.ended')
      expect([await outcomes(s), places.ran]).toEqual([['done'], ['make']])
    },
  )

  it('is the app’s where the person left it to it, until they choose one outright, which may be the same', async () => {
    const s = await start({ places: shop(), script: [] })
    const chosen = async (): Promise<readonly unknown[]> =>
      (await s.facts()).flatMap((event) => (event.type === 'hands.chosen' ? [[event.data.hands.type, event.data.by]] : []))
    expect(s.journal.state).toMatchObject({ hands: EMBEDDED, handsBy: 'app' })
    await s.commands.setHands(EMBEDDED, undefined, 'nothing else is needed')
    expect(await chosen()).toEqual([])
    await s.commands.setHands(SHOP, undefined, 'the project needs it')
    const told = (await s.facts()).flatMap((event) => (event.type === 'message.user' ? event.data.content : []))
    expect(JSON.stringify(told)).toContain(
      'left it to this app to choose the place for your commands, and agreed to this one before: the project needs it. ',
    )
    await s.commands.setHands(SHOP)
    await s.commands.setHands(SHOP)
    await s.commands.setHands(EMBEDDED, undefined, 'it is lost')
    expect(await chosen()).toEqual([
      ['remote', 'app'],
      ['remote', 'user'],
      ['embedded', 'app'],
    ])
  })

  it('of a kind that is not here is refused', async () => {
    const s = await start({ places: shop(), script: [] })
    await expect(s.commands.setHands({ type: 'webcontainers' })).rejects.toThrow('not to be had in this tab')
    expect((await s.facts()).some(({ type }) => type === 'hands.chosen')).toBe(false)
  })
})

/** Taking in that only a stop ends; resolves when it began. */
function waiting(): { readonly bring: (files: WorkspaceDraft, signal: AbortSignal) => Promise<void>; readonly begun: Promise<void> } {
  let isBegun = (): void => undefined
  const begun = new Promise<void>((resolve) => (isBegun = resolve))
  const bring = (_files: WorkspaceDraft, signal: AbortSignal): Promise<void> => {
    isBegun()
    return new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(new FailureError({ code: 'aborted', message: 'stopped' }))),
    )
  }
  return { bring, begun }
}

describe('the first taking in', () => {
  it.each(['a stop', 'another choice'])('ends with %s, outside of a turn too, and the choice stands', async (what) => {
    const { bring, begun } = waiting()
    const s = await start({ places: shop(undefined, bring), script: [] })
    const chosen = s.commands.setHands(SHOP)
    await begun
    await (what === 'a stop' ? s.driver.stop() : s.commands.setHands(EMBEDDED))
    await chosen
    expect(s.journal.state.hands.type).toBe(what === 'a stop' ? 'remote' : 'embedded')
  })

  it('holds up nothing that is posted behind the choice', async () => {
    const { bring, begun } = waiting()
    const s = await start({ places: shop(undefined, bring), script: [] })
    await s.commands.setHands(SHOP, [await s.store.post(sessionId('story'), { type: 'hands', hands: SHOP })])
    await begun
    await s.driver.stop()
    expect(await s.store.readInbox(sessionId('story'))).toEqual([])
  })
})

describe('what is told of a place', () => {
  const WHERE = 'the directory \\"shop\\"'

  it('is told to a sub-agent behind its task, and to one that works when it is chosen', async () => {
    const places = shop()
    const held = hold()
    const script = plays({
      main: [answer([task('early')]), answer([task('late')]), answer([text('ok')])],
      early: [async () => (await held.until, call('make', 'e1')), answer([text('done')])],
      late: [answer([text('done')])],
    })
    const s = await start({ places, script })
    await s.commands.send('go')
    await s.server.arrived(2)
    await s.commands.setHands(SHOP)
    held.release()
    const { call: id, digest } = await vi.waitFor(async () => {
      const found = (await ownFacts(s, 'early')).find((event) => event.type === 'call.judged')
      if (found?.type !== 'call.judged') throw new Error('nothing was judged')
      return found.data
    })
    await s.commands.decide({ call: id, digest, answer: 'once' })
    await s.until('turn.ended')
    expect(askedBy(s, 'early').map(({ body }) => body.includes(WHERE))).toEqual([false, true])
    expect(askedBy(s, 'late')[0]?.body).toContain(`in another place than the sandbox: ${WHERE}`)
    expect([s.ran, places.ran]).toEqual([[], ['make']])
  })

  it('is told again behind a rewind, in which the place stays, and after a restart', async () => {
    const s = await start({ places: shop(), script: [answer([text('one')]), answer([text('two')]), answer([text('three')])] })
    await s.commands.send('first')
    await s.until('turn.ended')
    await s.commands.setHands(SHOP)
    await s.commands.send('second')
    await s.until('turn.ended', 2)
    const second = (await s.history.points()).findLast(({ cause }) => cause === 'turn')
    const first = (await s.history.points()).find(({ cause }) => cause === 'turn')
    await s.restorer.restore({ to: first?.seq ?? 0, scope: 'conversation', keep: [] })
    expect(s.journal.state.hands).toEqual(SHOP)
    await s.commands.setHands(EMBEDDED)
    await s.restorer.restore({ to: second?.seq ?? 0, scope: 'conversation', keep: [] })
    await s.restart()
    expect(s.journal.state.hands).toEqual(EMBEDDED)
    await s.commands.send('third')
    await s.until('turn.ended', 3)
    const { body = '' } = s.server.requests.at(-1) ?? {}
    expect(body.indexOf('Commands run in the sandbox in this tab, whatever')).toBeGreaterThan(
      body.indexOf('another place for your commands'),
    )
    expect(body).toContain('another place for your commands')
  })
})
