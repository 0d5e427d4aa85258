import type { SessionEvent } from '@tabwright/protocol'
import { answer, stories, text, tool, type Story } from '@tabwright/testkit'
import { expect, it } from 'vitest'

const start = stories()

type Judged = SessionEvent<'call.judged'>['data']

/** The newest card of a call. */
async function cardOf(s: Story, call: string, nth = 1): Promise<Judged> {
  await s.until('call.judged', nth)
  const found = (await s.facts()).flatMap((event) => (event.type === 'call.judged' && event.data.call === call ? [event.data] : [])).at(-1)
  if (!found) throw new Error('nothing was judged')
  return found
}

const allow = async (s: Story, { call, digest }: Judged): Promise<void> => s.commands.decide({ call, digest, answer: 'once' })
const save = (s: Story, said: string) => s.commands.save('a.txt', said, s.workspace.stat('a.txt')?.version ?? 0)

async function resultOf(s: Story, call: string): Promise<string> {
  const ended = (await s.facts()).find((event) => event.type === 'call.ended' && event.data.call === call)
  return ended?.type === 'call.ended' ? ended.data.outcome.text : ''
}

async function asking(...tools: Parameters<typeof answer>[0]): Promise<Story> {
  const s = await start({ files: { 'a.txt': 'one\ntwo\nthree\n' }, script: [answer(tools), answer([text('ok')])] })
  await s.commands.setMode('ask')
  await s.commands.send('go')
  return s
}

const write = (content: string, id = 't1') => tool('write_file', { path: 'a.txt', content }, { id })
const edit = (from: string, to: string, id = 't1') => tool('edit_file', { path: 'a.txt', old_text: from, new_text: to }, { id })

it('[rule 82] writes nothing over what a person wrote while the card waited, also when the worker was another in between', async () => {
  for (const restarts of [false, true]) {
    const s = await asking(write('agent\n'))
    const card = await cardOf(s, 't1')
    expect(card.base).toEqual({ path: 'a.txt', hash: s.workspace.stat('a.txt')?.hash })
    await save(s, 'mine\n')
    if (restarts) await s.restart()
    await allow(s, card)
    await s.until('turn.ended')
    expect(await s.file('a.txt')).toBe('mine\n')
    expect(await resultOf(s, 't1')).toContain('changed since it was read')
  }
})

it('takes both where the person put them together, from the file as they saw it', async () => {
  const s = await asking(edit('two\n', 'TWO\n'))
  const card = await cardOf(s, 't1')
  const shown = await save(s, 'one\nmine\nthree\n')
  await save(s, 'one\nmine\nthree\nfour\n')
  const merged = { call: card.call, digest: card.digest, type: 'merged', text: 'one\nmine\nTWO\nthree\nfour\n' } as const
  await expect(s.commands.edit({ ...merged, base: shown.version })).rejects.toThrow('changed since it was shown')
  await s.commands.edit({ ...merged, base: s.workspace.stat('a.txt')?.version ?? 0 })
  const second = await cardOf(s, 't1', 2)
  expect(JSON.parse(second.bytes)).toEqual({ path: 'a.txt', old_text: 'mine\nthree\n', new_text: 'mine\nTWO\nthree\n' })
  await s.restart()
  await allow(s, second)
  await s.until('turn.ended')
  expect(await s.file('a.txt')).toBe('one\nmine\nTWO\nthree\nfour\n')
  expect(await resultOf(s, 't1')).toContain('put both together')
})

it('a person who writes after they put both together is not written over either', async () => {
  const s = await asking(write('agent\n'))
  const card = await cardOf(s, 't1')
  await save(s, 'mine\n')
  await s.commands.edit({
    call: card.call,
    digest: card.digest,
    type: 'merged',
    text: 'both\n',
    base: s.workspace.stat('a.txt')?.version ?? 0,
  })
  const second = await cardOf(s, 't1', 2)
  await save(s, 'newer\n')
  await allow(s, second)
  await s.until('turn.ended')
  expect(await s.file('a.txt')).toBe('newer\n')
})

it('lets the agent’s own edits of one answer follow each other', async () => {
  const s = await asking(edit('one\n', 'ONE\n'), edit('three\n', 'THREE\n', 't2'))
  await allow(s, await cardOf(s, 't1', 2))
  await s.until('call.ended')
  await allow(s, await cardOf(s, 't2', 2))
  await s.until('turn.ended')
  expect(await s.file('a.txt')).toBe('ONE\ntwo\nTHREE\n')
})

it('a file that came while the card of a new one waited stays', async () => {
  const s = await start({ script: [answer([write('agent\n')]), answer([text('ok')])] })
  await s.commands.setMode('ask')
  await s.commands.send('go')
  const card = await cardOf(s, 't1')
  expect(card.base).toEqual({ path: 'a.txt', hash: null })
  await s.commands.importFiles([{ path: 'a.txt', bytes: new TextEncoder().encode('mine\n'), mode: 'file', mtime: undefined }], 'disk')
  await allow(s, card)
  await s.until('turn.ended')
  expect(await s.file('a.txt')).toBe('mine\n')
})
