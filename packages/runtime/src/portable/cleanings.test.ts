import { callId, SHARE_ALL, type ShareChoice } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import type { Fact } from '../core/fact'
import { hashBytes } from '../io/hash-noble'
import { cleanings } from './cleanings'
import { exportToShare } from './portable'
import { called, inMemory, ports, SESSION, utf8, writerOf } from './session-under-test'

it('[O36] what was found for one choice and is used for the next changes nothing of any of them', async () => {
  const results = [
    `one ${'x'.repeat(300)} token=zK81mQp0Rt5Vw2Yb6Nd3`,
    'mail ada@example.org at /home/ada/nest '.repeat(20),
    'plain '.repeat(100),
  ]
  const content = [{ type: 'text', text: `take ghp_${'q7Xw2Lp9Zr'.repeat(4).slice(0, 36)} for it` }] as const
  const facts: readonly Fact[] = [{ type: 'message.user', data: { content, from: 'user' } }]
  const files = { '.env': utf8('NEST=zebra-Quilt-7481-marmot\n'), 'a.txt': utf8('is zebra-Quilt-7481-marmot') }
  const place = inMemory()
  await place.make()
  const append = await writerOf(place)
  await append([{ type: 'session.opened', data: { title: 'Shared', project: 'blank' } }, ...facts])
  for (const [path, bytes] of Object.entries(files)) {
    const after = { hash: hashBytes(bytes), bytes, mode: 'file' as const, mtime: 1, version: 1 }
    const change = { path, before: null, after: after.hash, added: 1, removed: 0 }
    await append([{ type: 'workspace.changed', data: { by: 'agent', changes: [change] } }], { files: [{ path, before: null, after }] })
  }
  for (const [n, text] of results.entries()) await append(called(callId(`r${n}`), text))
  const found = cleanings()
  const choices: readonly ShareChoice[] = [
    SHARE_ALL,
    { ...SHARE_ALL, images: false },
    { ...SHARE_ALL, personal: false },
    { ...SHARE_ALL, output: false },
    { ...SHARE_ALL, words: ['plain'] },
    SHARE_ALL,
  ]
  for (const choice of choices) {
    const anew = await exportToShare(SESSION, ports(place), choice)
    const again = await exportToShare(SESSION, ports(place), { ...choice, cleanings: found })
    expect(Buffer.compare(again.bytes, anew.bytes)).toBe(0)
    expect(again.removals).toEqual(anew.removals)
  }
  await append(called(callId('late'), 'and once more zebra-Quilt-7481-marmot'))
  const anew = await exportToShare(SESSION, ports(place), SHARE_ALL)
  const again = await exportToShare(SESSION, ports(place), { ...SHARE_ALL, cleanings: found })
  expect(Buffer.compare(again.bytes, anew.bytes)).toBe(0)
})
