import type { ConflictChoice, Hunk, ResolvedPart } from '@tabwright/protocol'
import { answer, stories, text, tool, type Story } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'
import type { ConflictText } from '../../client/shown'
import { changeTexts } from '../../worker/change-texts'

const start = stories()

const BEFORE = 'one\ntwo\nthree\nfour\nfive\nsix\n'
const AGENTS = 'one\nTWO\nthree\nfour\nFIVE\nsix\n'
/** The person wrote over a line of the agent's, left another, and added one of their own. */
const MINE = 'zero\none\nmine\nthree\nfour\nFIVE\nsix\n'

const version = (s: Story): number => s.workspace.stat('a.txt')?.version ?? 0

async function conflict(before: string | null = BEFORE, mine = MINE): Promise<Story> {
  const s = await start({
    ...(before !== null && { files: { 'a.txt': before } }),
    script: [
      answer([tool('write_file', { path: 'a.txt', content: AGENTS })]),
      answer([text('done')]),
      answer([tool('read_file', { path: 'a.txt' })]),
      answer([tool('edit_file', { path: 'a.txt', old_text: 'mine\n', new_text: 'ours\n' })]),
      answer([text('I see')]),
    ],
  })
  await s.commands.send('go')
  await s.until('turn.ended')
  await s.commands.save('a.txt', mine, version(s))
  return s
}

const shown = (s: Story): ReturnType<typeof changeTexts> => changeTexts(s, 'a.txt')

async function first(s: Story): Promise<{ part: Omit<ResolvedPart, 'how' | 'text'>; sides: ConflictText; hunk: Hunk }> {
  const { shown: bound, hunks, conflicts, version: at } = await shown(s)
  const [sides] = conflicts
  const hunk = sides && hunks[sides.at]
  if (!sides || !hunk || bound.after === null) throw new Error('no conflict')
  return { part: { path: 'a.txt', before: bound.before, after: bound.after, version: at, hunk }, sides, hunk }
}

async function settle(s: Story, how: ConflictChoice, said: string): Promise<void> {
  await s.commands.resolvePart(s.reviews, { ...(await first(s)).part, how, text: said })
}

const told = async (s: Story): Promise<string> =>
  JSON.stringify((await s.facts()).filter(({ type }) => type === 'message.user').at(-1)?.data)

it('tells lines that both changed from those of the agent and those of the person alone', async () => {
  const s = await conflict()
  const { hunks, conflicts, own } = await shown(s)
  expect(hunks.map(({ now }) => now.start)).toEqual([0, 2, 5])
  expect(own).toEqual([0])
  expect(conflicts).toEqual([{ at: 1, base: 'two\n', yours: 'mine\n', agents: 'TWO\n' }])
})

it('still knows the lines of the person after the agent wrote over them, and after a restart', async () => {
  const s = await conflict()
  await s.commands.send('again')
  await s.until('turn.ended', 2)
  await s.restart()
  expect((await shown(s)).conflicts).toEqual([{ at: 1, base: 'two\n', yours: 'mine\n', agents: 'ours\n' }])
  await settle(s, 'yours', 'mine\n')
  expect(await s.file('a.txt')).toBe(MINE)
  expect((await shown(s)).conflicts).toEqual([])
})

describe.each([
  ['yours', 'mine\n', MINE, 'their own lines stay'],
  ['agent', 'TWO\n', MINE.replace('mine', 'TWO'), 'your lines stay'],
  ['both', 'mine\nTWO\n', MINE.replace('mine', 'mine\nTWO'), 'both stay'],
  ['hand', 'by hand', MINE.replace('mine', 'by hand'), 'wrote the place anew'],
  ['neither', '', MINE.replace('mine', 'two'), 'before both of you'],
] as const)('a conflict settled with %s', (how, said, file, words) => {
  it('writes it, leaves the other parts to be decided, and tells the model', async () => {
    const s = await conflict()
    await settle(s, how, said)
    expect(await s.file('a.txt')).toBe(file)
    expect((await shown(s)).conflicts).toEqual([])
    expect((await shown(s)).hunks).toHaveLength(2)
    expect(await told(s)).toContain(words)
    await s.restart()
    expect((await shown(s)).hunks).toHaveLength(2)
  })
})

it('[rule 82] settles nothing when the file moved on since its three sides were shown', async () => {
  const s = await conflict()
  const { part } = await first(s)
  await s.commands.save('a.txt', MINE.replace('mine', 'newer'), version(s))
  await expect(s.commands.resolvePart(s.reviews, { ...part, how: 'agent', text: 'TWO\n' })).rejects.toThrow('changed since it was shown')
  // There and back is the same content, but not what was looked at.
  await s.commands.save('a.txt', MINE, version(s))
  await expect(s.commands.resolvePart(s.reviews, { ...part, how: 'agent', text: 'TWO\n' })).rejects.toThrow('changed since it was shown')
  expect(await s.file('a.txt')).toBe(MINE)
})

it('undoes nothing that the person wrote when a file is rejected whole, unless they say so', async () => {
  const s = await conflict()
  await expect(s.review('a.txt', 'rejected')).rejects.toThrow('You changed a.txt yourself')
  expect(await s.file('a.txt')).toBe(MINE)
  const after = s.reviews().get('a.txt')?.after ?? null
  await s.commands.review(s.reviews, [{ path: 'a.txt', after, withOwn: true }], 'rejected')
  expect(await s.file('a.txt')).toBe(BEFORE)
})

it('keeps the line ends of the file and ends a line where others follow', async () => {
  const crlf = (said: string): string => said.replaceAll('\n', '\r\n')
  const s = await start({
    files: { 'a.txt': crlf(BEFORE) },
    script: [answer([tool('write_file', { path: 'a.txt', content: crlf(AGENTS) })]), answer([text('done')])],
  })
  await s.commands.send('go')
  await s.until('turn.ended')
  await s.commands.save('a.txt', crlf(MINE), version(s))
  await settle(s, 'hand', 'a\nb')
  expect(await s.file('a.txt')).toBe(crlf(MINE.replace('mine', 'a\nb')))
})

it('a new file that the person wrote in too is one conflict', async () => {
  const s = await conflict(null, AGENTS.replace('TWO', 'mine'))
  const { part, sides } = await first(s)
  expect(sides).toMatchObject({ base: '', agents: AGENTS })
  await s.commands.resolvePart(s.reviews, { ...part, how: 'agent', text: AGENTS })
  expect(await s.file('a.txt')).toBe(AGENTS)
  expect(s.reviews().size).toBe(0)
  const other = await conflict(null, 'mine\n')
  await settle(other, 'neither', '')
  expect(await other.file('a.txt')).toBeUndefined()
  expect(other.reviews().size).toBe(0)
})
