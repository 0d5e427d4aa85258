import { answer, askedBy, outline, plays, resultOf, stories, task, text, tool, type Story } from '@tabwright/testkit'
import { callId, FailureError, type SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { toldBy } from './told'

const start = stories()

const tell = (): Promise<Story> =>
  start({
    files: { 'a.txt': 'one' },
    script: plays({
      main: [answer([task('edit'), task('list')]), answer([text('ok')])],
      edit: [
        answer([text('First.'), tool('edit_file', { path: 'a.txt', old_text: 'one', new_text: 'two' }, { id: 'e1' })]),
        answer([text('Edited.')]),
      ],
      list: [answer([tool('shell', { command: 'ls' }, { id: 'l1' })]), answer([text('Listed.')])],
    }),
  })

/** What each of them did, whatever came between: two side by side write in whichever order. */
function lines(events: readonly SessionEvent[], who: string): readonly string[] {
  const own = events.filter((event) => (event.type === 'agent.noted' ? event.data.call : 'main') === who)
  // A start that is written again says that it may be the second; a request that is asked again, that its answer was lost.
  return [...new Set(outline(own.map(toldBy)).filter((line) => !/^(model\.|call\.started task)/.test(line)))].toSorted()
}

describe('a worker that dies while sub-agents work', () => {
  it('[F54] [rule 66] [rule 68] leaves all of it to the next: each goes on where it stood, and nothing is done twice', async () => {
    const whole = await tell()
    await whole.commands.send('go')
    await whole.until('turn.ended')
    const expected = await whole.facts()
    await whole.close()
    // Every ninth fact here; `AGENTS_EVERY=1` for each.
    const every = Number(process.env['AGENTS_EVERY'] ?? 9)
    for (let at = 4; at < expected.length; at += every) {
      const s = await tell()
      const append = s.store.append.bind(s.store)
      let die = (): void => undefined
      const died = new Promise<void>((resolve) => (die = resolve))
      let isDead = false
      s.store.append = async (session, epoch, commit) => {
        if (isDead) return new Promise(() => undefined)
        const events = await append(session, epoch, commit)
        isDead = (events.at(-1)?.seq ?? 0) >= at
        if (!isDead) return events
        die()
        return new Promise(() => undefined)
      }
      await s.commands.send('go')
      await died
      s.store.append = append
      await s.restart()
      await s.until('turn.ended')
      const facts = await s.facts()
      for (const who of ['main', 'task-edit', 'task-list'])
        expect(lines(facts, who), `${who} died at fact ${at}`).toEqual(lines(expected, who))
      expect(s.ran, `died at fact ${at}`).toEqual(['ls'])
      expect(await s.file('a.txt')).toBe('two')
      await s.close()
    }
  })
})

describe('a log that cannot be written', () => {
  it('halts the session also while a sub-agent waits for the person, and leaves both to go on', async () => {
    const s = await start({
      script: plays({
        main: [answer([task('ask'), task('tell')]), answer([text('ok')])],
        ask: [answer([tool('shell', { command: 'make' }, { id: 'a1' })]), answer([text('Made.')])],
        tell: [answer([text('Told.')])],
      }),
    })
    const append = s.store.append.bind(s.store)
    let isFull = false
    s.store.append = async (session, epoch, commit) => {
      isFull ||= commit.drafts.some((draft) => draft.type === 'call.ended')
      if (isFull) throw new FailureError({ code: 'storage_full', message: 'The disk is full.' })
      return append(session, epoch, commit)
    }
    await s.commands.setMode('ask')
    await s.commands.send('go')
    await expect.poll(() => s.halts).toEqual([{ code: 'storage_full', message: 'The disk is full.' }])
    s.store.append = append
    s.driver.wake()
    const { judged } = s.journal.agents.get(callId('task-ask'))?.state.calls[0] ?? {}
    if (!judged) throw new Error('nothing is asked')
    await s.commands.decide({ call: callId('a1'), digest: judged.digest, answer: 'once' })
    await s.until('turn.ended')
    expect(s.ran).toEqual(['make'])
    expect(askedBy(s, 'tell')).toHaveLength(1)
    expect((await resultOf(s, 'tell'))?.outcome.text).toContain('Told.')
    expect((await resultOf(s, 'ask'))?.outcome.text).toContain('Made.')
  })
})
