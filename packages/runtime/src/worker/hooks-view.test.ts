import { DEFAULT_GUARDS, HOOKS_FILE, type SessionEvent } from '@tabwright/protocol'
import { fakeHash, stories, answer, text, tool } from '@tabwright/testkit'
import { expect, it } from 'vitest'
import { hookTrustMemory } from '../io/hook-trust-idb'
import { compileExpression } from '../io/expression-re2'
import { hooksDesk } from './hooks-view'
import { utf8 } from './text-utf8'

const start = stories()
const CONFIG = JSON.stringify({ hooks: { PreToolUse: [{ hooks: [{ type: 'script', path: '.tabwright/hooks/a.js' }] }] } })

it('[rule 91] shows everything that would run, takes trust for exactly that, and tells how it went', async () => {
  const trust = hookTrustMemory()
  const s = await start({
    files: { [HOOKS_FILE]: CONFIG, '.tabwright/hooks/a.js': '// old', 'src/a.ts': 'x' },
    script: [answer([tool('shell', { command: 'ls' }, { id: 't1' })]), answer([text('ok')])],
    guards: DEFAULT_GUARDS,
    hooks: { trust, place: { run: async () => ({ type: 'ended', exitCode: 1, stdout: '', stderr: 'TypeError' }) } },
  })
  const desk = hooksDesk({ workspace: s.workspace, text: utf8, hash: fakeHash, expression: compileExpression }, trust)
  const facts = (): Promise<readonly SessionEvent[]> => s.facts()
  const first = await desk.read(facts)
  if (first.type !== 'found') throw new Error(JSON.stringify(first))
  expect(first).toMatchObject({ isTrusted: false, isChanged: false })
  expect(first.files).toEqual([
    { path: HOOKS_FILE, text: CONFIG },
    { path: '.tabwright/hooks/a.js', text: '// old' },
  ])
  await desk.trust(first.digest)
  expect(await desk.read(facts)).toMatchObject({ isTrusted: true })

  await s.commands.send('go')
  await s.until('turn.ended')
  const ran = await desk.read(facts)
  expect(ran.type === 'found' && ran.handlers[0]?.last).toMatchObject({ failed: true, said: 'pass', words: 'exit code 1: TypeError' })

  await s.commands.save('.tabwright/hooks/a.js', '// new', s.workspace.stat('.tabwright/hooks/a.js')?.version ?? 0)
  expect(await desk.read(facts)).toMatchObject({ isTrusted: false, isChanged: true })
  await expect(desk.trust(first.digest), 'not what was shown any more').rejects.toThrow('changed since they were shown')
  await desk.trust(undefined)
  expect(await desk.read(facts)).toMatchObject({ isTrusted: false, isChanged: false })
})
