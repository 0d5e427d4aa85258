import type { SessionEvent } from '@tabwright/protocol'
import { answer, outline, stories, text, tool, type Story } from '@tabwright/testkit'
import { expect, it } from 'vitest'
import { lineHunks } from '../workspace/line-hunks'

const start = stories()

async function asked(s: Story, nth = 1): Promise<SessionEvent<'call.judged'>['data']> {
  await s.until('call.judged', nth)
  const last = (await s.facts()).filter((event) => event.type === 'call.judged').at(-1)
  if (!last) throw new Error('nothing was judged')
  return last.data
}

async function resultText(s: Story, call = 't1'): Promise<string> {
  const ended = (await s.facts()).find((event) => event.type === 'call.ended' && event.data.call === call)
  return ended?.type === 'call.ended' ? ended.data.outcome.text : ''
}

const runs = (command: string) => start({ script: [answer([tool('shell', { command }, { id: 't1' })]), answer([text('ok')])] })

it('[rule 83] judges, shows and runs the command as the person changed it, and tells the model what it is', async () => {
  const s = await runs('rm a')
  await s.commands.send('go')
  const first = await asked(s)
  await s.commands.edit({ call: first.call, digest: first.digest, type: 'command', command: 'rm b' })
  const second = await asked(s, 2)
  expect(second.bytes).toBe('{"command":"rm b","cwd":"/workspace"}')
  expect(second.digest).not.toBe(first.digest)
  expect(s.ran).toEqual([])
  await expect(s.commands.decide({ call: first.call, digest: first.digest, answer: 'once' })).rejects.toThrow('changed since it was shown')
  await s.commands.decide({ call: second.call, digest: second.digest, answer: 'once' })
  await s.until('turn.ended')
  expect(s.ran).toEqual(['rm b'])
  expect(s.server.requests[1]?.body).toContain('The person changed your command.')
  expect(await resultText(s)).toContain('is: rm b')
  const facts = outline(await s.facts())
  expect(facts.findIndex((line) => line.startsWith('call.edited'))).toBeLessThan(facts.indexOf('call.started t1'))
})

it('[rule 83] runs an edited command unasked where the rules allow it, and not where they deny it', async () => {
  const s = await start({
    script: [
      answer([tool('shell', { command: 'rm a' }, { id: 't1' })]),
      answer([tool('shell', { command: 'rm a' }, { id: 't2' })]),
      answer([text('ok')]),
    ],
  })
  await s.commands.send('go')
  const first = await asked(s)
  await s.commands.edit({ call: first.call, digest: first.digest, type: 'command', command: 'ls' })
  const third = await asked(s, 3)
  expect(s.ran).toEqual(['ls'])
  await s.commands.edit({ call: third.call, digest: third.digest, type: 'command', command: ': '.repeat(140_000) })
  await s.until('turn.ended')
  expect(s.ran).toEqual(['ls'])
  expect(outline(await s.facts())).toContain('call.ended t2 denied')
})

it('[rule 81] keeps an edit that was made before a restart, and a change of mode judges it, not what the model asked for', async () => {
  const s = await runs('rm a')
  await s.commands.send('go')
  const first = await asked(s)
  await s.commands.edit({ call: first.call, digest: first.digest, type: 'command', command: 'rm b' })
  await asked(s, 2)
  await s.restart()
  await s.commands.setMode('auto')
  await s.until('turn.ended')
  expect(s.ran).toEqual(['rm b'])
})

it('changes nothing that was answered, is empty or the same', async () => {
  const s = await runs('rm a')
  await s.commands.send('go')
  const { call, digest } = await asked(s)
  const edit = (command: string) => s.commands.edit({ call, digest, type: 'command', command })
  await expect(edit(' ')).rejects.toThrow('empty command')
  await expect(edit('rm a')).rejects.toThrow('asked for already')
  await s.commands.decide({ call, digest, answer: 'once' })
  await expect(edit('rm b')).rejects.toThrow('no longer open')
  await s.until('turn.ended')
  expect(s.ran).toEqual(['rm a'])
})

const OLD = 'one\ntwo\nthree\nfour\n'
const NOW = 'ONE\ntwo\nthree\nFOUR\n'

it.each([
  ['edit_file', { path: 'a.txt', old_text: OLD, new_text: NOW }],
  ['write_file', { path: 'a.txt', content: NOW }],
] as const)('applies of %s what was accepted on the card and names the refused part in its result', async (name, input) => {
  const s = await start({ files: { 'a.txt': OLD }, script: [answer([tool(name, input, { id: 't1' })]), answer([text('ok')])] })
  await s.commands.setMode('ask')
  await s.commands.send('go')
  const { call, digest } = await asked(s)
  const [, four] = lineHunks(OLD, NOW)
  if (!four) throw new Error('no second part')
  const base = name === 'write_file' ? (s.workspace.stat('a.txt')?.version ?? null) : null
  await s.commands.edit({ call, digest, type: 'parts', refused: [four], base, why: 'four is a name' })
  const second = await asked(s, 2)
  expect(second.bytes).not.toContain('FOUR')
  expect(await s.file('a.txt')).toBe(OLD)
  await s.commands.decide({ call, digest: second.digest, answer: 'once' })
  await s.until('turn.ended')
  expect(await s.file('a.txt')).toBe('ONE\ntwo\nthree\nfour\n')
  expect(await resultText(s)).toContain('Line 4:\n-four\n+FOUR\nThe person says why: four is a name')
})

it('[rule 75] accepts no part of a whole new content once the person changed the file that it was compared with', async () => {
  const s = await start({
    files: { 'a.txt': OLD },
    script: [
      answer([tool('read_file', { path: 'a.txt' })]),
      answer([tool('write_file', { path: 'a.txt', content: NOW }, { id: 't1' })]),
      answer([text('ok')]),
    ],
  })
  await s.commands.setMode('ask')
  await s.commands.send('go')
  const { call, digest } = await asked(s, 2)
  const base = s.workspace.stat('a.txt')?.version ?? null
  await s.commands.save('a.txt', 'mine\n', 1)
  const [one] = lineHunks(OLD, NOW)
  if (!one) throw new Error('no part')
  await expect(s.commands.edit({ call, digest, type: 'parts', refused: [one], base })).rejects.toThrow('changed since it was shown')
  await s.commands.decide({ call, digest, answer: 'once' })
  await s.until('turn.ended')
  expect(await s.file('a.txt')).toBe('mine\n')
  expect(await resultText(s)).toContain('changed since it was read')
})
