import { answer, fakeHands, stories, text, tool, type Story } from '@tabwright/testkit'
import type { HandsChoice, Rule, RuleEffect, RulePattern, SessionEvent, WorkerFunction } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import type { Functions } from './functions/functions'
import type { Place, Places } from './places'
import type { RuleBook } from './rule-book'

const start = stories()
const SHOP: HandsChoice = { type: 'remote', name: 'shop', mark: 'm1', identity: 'default', isConfined: true }

function shop(more: Partial<Place> = {}): Places {
  const place: Place = {
    name: 'the directory "shop"',
    hands: fakeHands(),
    owner: { worker: 'shop', version: 'm1 confined', identity: 'default', also: 'shop::shell' },
    isConfined: true,
    bring: async () => undefined,
    ...more,
  }
  return { at: () => place }
}

const call = (command: string): ReturnType<typeof answer> => answer([tool('shell', { command }, { id: 't1' })])

async function judged(s: Story): Promise<SessionEvent<'call.judged'>['data']> {
  await s.until('call.judged')
  const found = (await s.facts()).find((event) => event.type === 'call.judged')
  if (found?.type !== 'call.judged') throw new Error('nothing was judged')
  return found.data
}

/** What a person wrote in Settings. */
const written = (effect: RuleEffect, pattern: RulePattern): Rule => ({ id: 'w', effect, pattern, scope: 'user', why: 'I said so' })
const bookOf = (...rules: readonly Rule[]): RuleBook => ({
  read: async () => rules,
  keep: async () => undefined,
  used: () => undefined,
  watch: () => () => undefined,
})
const MAKE: RulePattern = { type: 'argv', tool: 'shell', argv: ['make'], exact: true }

describe('rules of a person about a shell at a directory', () => {
  it.each([
    ['deny', MAKE, 'deny'],
    ['ask', MAKE, 'ask'],
    ['allow', MAKE, 'allow'],
    ['deny', { type: 'tool', tool: 'shop::*' }, 'deny'],
    ['deny', { type: 'tool', tool: 'shop::shell' }, 'deny'],
    ['deny', { type: 'tool', tool: 'other::*' }, 'ask'],
    ['allow', { type: 'tool', tool: 'shop::*' }, 'ask'],
  ] as const)('that %s hold where it is the place: %o', async (effect, pattern, verdict) => {
    const s = await start({ places: shop(), rules: bookOf(written(effect, pattern)), script: [call('make'), answer([text('ok')])] })
    await s.commands.setHands(SHOP)
    await s.commands.send('go')
    expect((await judged(s)).verdict.type).toBe(verdict)
    await s.driver.stop()
  })

  it('that ask by the name of its functions stand before those that allow the command', async () => {
    const rules = bookOf(written('allow', MAKE), { ...written('ask', { type: 'tool', tool: 'shop::*' }), id: 'a' })
    const s = await start({ places: shop(), rules, script: [call('make'), answer([text('ok')])] })
    await s.commands.setHands(SHOP)
    await s.commands.send('go')
    expect((await judged(s)).verdict).toMatchObject({ type: 'ask', by: [{ id: 'a' }] })
    await s.driver.stop()
  })

  it.each([
    [{ command: 'make' }, undefined, 'deny'],
    [{ command: 'env make -j2' }, undefined, 'deny'],
    [{ command: 'ls' }, undefined, 'ask'],
    [{ command: 'make' }, 'jobs', 'deny'],
  ] as const)('that deny hold for its function too, straight and through a queue: %o %s', async (input, queue, verdict) => {
    const directory = { name: 'shop', mark: 'm1', identity: 'default', isConfined: true }
    const found: WorkerFunction = {
      id: 'shop::shell',
      worker: 'shop',
      identity: 'default',
      description: 'Runs a command.',
      input: { type: 'object' },
      version: '',
      effect: 'ask',
      isHot: false,
      uses: 0,
      directory,
    }
    const functions: Functions = { list: () => [found], call: async () => null }
    const rules = bookOf(written('deny', { type: 'argv', tool: 'shell', argv: ['make'], exact: false }))
    const asked = tool('call_function', { function: 'shop::shell', input, ...(queue && { queue }) }, { id: 't1' })
    const s = await start({ functions, rules, script: [answer([asked]), answer([text('ok')])] })
    await s.commands.send('go')
    expect((await judged(s)).verdict.type).toBe(verdict)
    await s.driver.stop()
  })
})

describe('the card of a command at a directory', () => {
  it.each([
    ['git commit -m x', ['.git/hooks/pre-commit', '.git/hooks/pre-push', '.husky/_/post-index-change'], /Git may run \.git\/hooks\/pre-commit and \.husky\/_\/post-index-change by itself/], // prettier-ignore
    ['make', ['.git/hooks/pre-commit'], /^(?!.*Git may)/],
    ['git commit -m x', undefined, /by itself is not known/],
  ] as const)('names the hooks that git would run there and none of the session’s own: %s %o', async (command, hooks, said) => {
    const files = { '.git/hooks/commit-msg': { text: '#!/bin/sh\n', mode: 'executable' as const } }
    const places = shop({ gitHooks: () => hooks })
    const s = await start({ places, script: [call(command), answer([text('ok')])] })
    const draft = s.workspace.draft()
    for (const [path, { text: content, mode }] of Object.entries(files)) draft.write(path, new TextEncoder().encode(content), { mode })
    await draft.settle()
    s.workspace.adopt(draft.delta())
    await s.commands.setHands(SHOP)
    await s.commands.send('go')
    const { verdict } = await judged(s)
    expect(verdict).toMatchObject({ type: 'ask', reason: expect.stringMatching(said) })
    expect(JSON.stringify(verdict)).not.toContain('commit-msg')
    await s.driver.stop()
  })
})
