import 'fake-indexeddb/auto'
import { LEVELS, presetOf, printRule } from '@tabwright/protocol'
import { fakeClock } from '@tabwright/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RulesWorker } from '../client/worker-api'
import { catalogueIdb, type SessionCatalogue } from '../io/catalogue-idb'
import { openDatabase, type Database } from '../io/database'
import { hashText } from '../io/hash-noble'
import { createRulesWorker } from './rules-worker'

let databases = 0
let database: Database
let catalogue: SessionCatalogue
let rules: RulesWorker

beforeEach(async () => {
  database = await openDatabase({ name: `rules-worker-${(databases += 1)}` })
  catalogue = catalogueIdb(database, {
    hash: hashText,
    clock: fakeClock(),
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  })
  rules = createRulesWorker(async () => catalogue)
})
afterEach(() => {
  catalogue.close()
  database.close()
})

const texts = async (): Promise<readonly string[]> =>
  (await rules.listRules()).map(({ effect, pattern }) => `${effect} ${printRule(pattern)}`).toSorted()

describe('the list of rules', () => {
  it('refuses what is no rule with the sentence that names it, and adds nothing', async () => {
    await expect(rules.addRule({ effect: 'deny', text: 'shell(a && b)' })).rejects.toThrow("'&' is not a plain word")
    await expect(rules.addRule({ effect: 'allow', text: 'shell(beyond reading)' })).rejects.toThrow('can ask or deny')
    expect(await texts()).toEqual([])
  })

  it('[F40] holds the rules of one level at a time, and leaves those that a person wrote', async () => {
    await rules.addRule({ effect: 'deny', text: 'shell(git push *)' })
    for (const level of [...LEVELS, ...LEVELS.toReversed()]) {
      await rules.setLevel(level)
      const wanted = presetOf(level).denies.map((pattern) => `deny ${printRule(pattern)}`)
      expect(await texts()).toEqual([...wanted, 'deny shell(git push *)'].toSorted())
    }
  })

  it('knows the hooks of git, the links and the settings of the session that is open', async () => {
    const files = [
      { path: '.git/hooks/pre-commit', text: '#!/bin/sh' },
      { path: 'plain.md', text: 'AGENTS.md' },
      { path: '.git/config', text: '[alias]\n\tst = !make all\n' },
    ]
    const session = await catalogue.create({ title: 'Mine', project: 'blank', files })
    const modes = new Map<string, 'executable' | 'symlink'>([
      ['.git/hooks/pre-commit', 'executable'],
      ['plain.md', 'symlink'],
    ])
    const { images } = catalogue
    const begin: typeof images.begin = async (id) => {
      const start = await images.begin(id)
      return { ...start, files: start.files.map((entry) => ({ ...entry, mode: modes.get(entry.path) ?? entry.mode })) }
    }
    const own = createRulesWorker(async () => ({ rules: catalogue.rules, images: { ...images, begin } }))
    const tried = (text: string, of?: typeof session): Promise<unknown> =>
      own.tryCall({ text, mode: 'auto', ...(of !== undefined && { session: of }) })
    expect(await tried('shell(git commit -m x)', session)).toMatchObject({ type: 'ask', reason: expect.stringContaining('pre-commit') })
    expect(await tried('shell(git st)', session)).toMatchObject({ type: 'ask', reason: expect.stringContaining('make all') })
    expect(await tried('edit_file(plain.md)', session)).toMatchObject({ type: 'ask', reason: expect.stringContaining('AGENTS.md') })
    expect(await tried('shell(git commit -m x)')).toMatchObject({ type: 'allow' })
  })

  it('judges a call that nobody makes by the rules of its project, and names the rule or the mode', async () => {
    const session = await catalogue.create({ title: 'Mine', project: 'blank', files: [] })
    await rules.addRule({ effect: 'allow', text: 'shell(npm *)', session })
    expect(await rules.tryCall({ text: 'shell(npm test | cat)', mode: 'ask', session })).toMatchObject({
      type: 'allow',
      shown: expect.stringContaining('shell(npm *) (in this project: you wrote it in Settings)'),
    })
    expect(await rules.tryCall({ text: 'shell(npm test)', mode: 'ask' })).toMatchObject({ type: 'ask' })
    expect(await rules.tryCall({ text: 'shell(npm test > AGENTS.md)', mode: 'auto', session })).toMatchObject({
      type: 'ask',
      reason: expect.stringContaining('AGENTS.md'),
    })
    expect(await rules.tryCall({ text: 'edit_file(a.ts)', mode: 'plan', session })).toMatchObject({ type: 'deny', rule: 'mode:plan' })
    expect(await rules.tryCall({ text: 'edit_file(a.ts)', mode: 'auto', session })).toMatchObject({ type: 'allow', rule: 'mode:auto' })
    await expect(rules.tryCall({ text: 'bash(ls)', mode: 'ask' })).rejects.toThrow('A call names a tool')
  })
})
