import type { Hunk } from '@tabwright/protocol'
import { answer, stories, text, tool, type Story } from '@tabwright/testkit'
import { expect, it } from 'vitest'
import { lineHunks } from '../../workspace/line-hunks'
import { contentOf } from './content'

const start = stories()

const BEFORE = 'one\ntwo\nthree\nfour\nfive\n'
const AFTER = 'ONE\ntwo\nthree\nFOUR\nfive\nsix\n'

/** The agent rewrote a.txt in three places. */
async function rewritten(more: readonly string[] = []): Promise<Story> {
  const s = await start({
    files: { 'a.txt': BEFORE },
    script: [
      answer([tool('write_file', { path: 'a.txt', content: AFTER })]),
      answer([text('done')]),
      ...more.map((said) => answer([text(said)])),
    ],
  })
  await s.commands.send('go')
  await s.until('turn.ended')
  return s
}

const codec = { encode: (one: string) => new TextEncoder().encode(one), decode: (bytes: Uint8Array) => new TextDecoder().decode(bytes) }

async function shown(s: Story): Promise<{ before: string; now: string; hunks: readonly Hunk[] }> {
  const change = s.reviews().get('a.txt')
  if (!change) throw new Error('nothing waits')
  const before = codec.decode(await contentOf({ workspace: s.workspace, text: codec }, change))
  const now = (await s.file('a.txt')) ?? ''
  return { before, now, hunks: lineHunks(before, now) }
}

async function decide(s: Story, which: number, decision: 'accepted' | 'rejected', why?: string): Promise<void> {
  const change = s.reviews().get('a.txt')
  const hunk = (await shown(s)).hunks[which]
  if (!change?.before || !change.after || !hunk) throw new Error('nothing to decide on')
  const part = { path: 'a.txt', before: change.before, after: change.after, hunks: [hunk], decision, ...(why !== undefined && { why }) }
  await s.commands.reviewPart(s.reviews, part)
}

it('undoes a refused hunk alone and tells the model path, lines, text and why in its next request', async () => {
  const s = await rewritten(['I see'])
  await decide(s, 1, 'rejected', 'four is a name')
  expect(await s.file('a.txt')).toBe('ONE\ntwo\nthree\nfour\nfive\nsix\n')
  expect((await shown(s)).hunks).toHaveLength(2)
  await s.commands.send('go on')
  await s.until('turn.ended', 2)
  const content = JSON.parse(s.server.requests[2]?.body ?? '{}').messages.at(-1).content
  expect(content[0].text).toContain('changes to a.txt and refused one part')
  expect(content[0].text).toContain('Line 4:\n-four\n+FOUR')
  expect(content[0].text).toContain('The person says why: four is a name')
  expect(content[1].text).toBe('go on')
})

it('measures what is left from the hunks that were accepted, and rejecting the file leaves those', async () => {
  const s = await rewritten()
  await decide(s, 0, 'accepted')
  expect(await s.file('a.txt')).toBe(AFTER)
  expect(await shown(s)).toMatchObject({ before: 'ONE\ntwo\nthree\nfour\nfive\n', hunks: [{}, {}] })
  await decide(s, 1, 'accepted')
  expect(await shown(s)).toMatchObject({ before: 'ONE\ntwo\nthree\nfour\nfive\nsix\n', hunks: [{}] })
  await s.restart()
  await s.review('a.txt', 'rejected')
  expect(await s.file('a.txt')).toBe('ONE\ntwo\nthree\nfour\nfive\nsix\n')
  expect(s.reviews().size).toBe(0)
})

it('lists nothing more once every hunk is accepted', async () => {
  const s = await rewritten()
  for (let left = 3; left > 0; left--) await decide(s, 0, 'accepted')
  expect(s.reviews().size).toBe(0)
  expect(await s.file('a.txt')).toBe(AFTER)
})

it('keeps what was refused to be taken back, also after a restart and when its place has moved', async () => {
  const s = await rewritten(['ok'])
  for (let left = 3; left > 0; left--) await decide(s, 0, 'rejected')
  expect(await s.file('a.txt')).toBe(BEFORE)
  await s.restart()
  const refused = s.reviews().get('a.txt')?.refused ?? []
  expect(refused).toHaveLength(3)
  await s.commands.save('a.txt', `// a head\n${BEFORE}`, s.workspace.stat('a.txt')?.version ?? 0)
  const [, four] = refused
  if (!four) throw new Error('nothing was refused')
  await s.commands.undoRefusal(s.reviews, 'a.txt', four)
  expect(await s.file('a.txt')).toBe('// a head\none\ntwo\nthree\nFOUR\nfive\n')
  expect(s.reviews().get('a.txt')?.refused).toHaveLength(2)
  await expect(s.commands.undoRefusal(s.reviews, 'a.txt', four)).rejects.toThrow('taken back already')
  await s.commands.send('and?')
  await s.until('turn.ended', 2)
  expect(s.server.requests.at(-1)?.body).toContain('took back a refusal in a.txt')
})

it('puts nothing back where the person rewrote the place meanwhile', async () => {
  const s = await rewritten()
  await decide(s, 1, 'rejected')
  const [four] = s.reviews().get('a.txt')?.refused ?? []
  if (!four) throw new Error('nothing was refused')
  await s.commands.save('a.txt', 'all new\n', s.workspace.stat('a.txt')?.version ?? 0)
  await expect(s.commands.undoRefusal(s.reviews, 'a.txt', four)).rejects.toThrow('not there any more')
  expect(await s.file('a.txt')).toBe('all new\n')
})

it('[rule 82] decides nothing on hunks of a content that moved on since it was shown, or that another tab decided on', async () => {
  const s = await rewritten()
  const change = s.reviews().get('a.txt')
  const { hunks } = await shown(s)
  if (!change?.before || !change.after) throw new Error('nothing waits')
  const part = { path: 'a.txt', before: change.before, after: change.after, hunks, decision: 'rejected' } as const
  await decide(s, 0, 'accepted')
  await expect(s.commands.reviewPart(s.reviews, part)).rejects.toThrow('changed since it was shown')
  await s.commands.save('a.txt', 'mine\n', s.workspace.stat('a.txt')?.version ?? 0)
  const base = s.reviews().get('a.txt')?.before
  if (!base) throw new Error('nothing waits')
  await expect(s.commands.reviewPart(s.reviews, { ...part, before: base })).rejects.toThrow('changed since it was shown')
  expect(await s.file('a.txt')).toBe('mine\n')
})
