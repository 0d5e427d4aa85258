import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { hooksThere } from './hooks-there'

const made: string[] = []
afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true })
})

/** A directory with these files; names that end in `*` can be run. */
function directory(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tabwright-hooks-')))
  made.push(root)
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name.replace('*', ''))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { mode: name.endsWith('*') ? 0o755 : 0o644 })
  }
  return root
}

it('tells what git would run: what can be run, by a name that a hook has, and nothing of a folder without a repository', () => {
  const files = { '.git/hooks/pre-commit*': '', '.git/hooks/post-merge': '', '.git/hooks/pre-push.sample*': '', '.git/hooks/h*': '' }
  expect(hooksThere(directory(files))).toEqual(['.git/hooks/pre-commit'])
  expect(hooksThere(directory({ 'hooks/pre-commit*': '' }))).toEqual([])
})

it('looks where the settings of the repository say, and not outside of the directory', () => {
  const config = (path: string) => ({ '.git/config': `[core]\n\tbare = false\n\thooksPath = ${path}\n`, '.git/hooks/pre-commit*': '' })
  const husky = { '.husky/_/commit-msg*': '', '.husky/_/husky.sh*': '' }
  expect(hooksThere(directory({ ...config('.husky/_'), ...husky }))).toEqual(['.husky/_/commit-msg'])
  expect(hooksThere(directory({ ...config('/workspace/.husky/_'), ...husky }))).toEqual(['.husky/_/commit-msg'])
  for (const outside of ['../other', '/etc/hooks', 'a/../../b']) expect(hooksThere(directory(config(outside)))).toBeUndefined()
})

it('says that it is not known where the settings say it in another way than plain lines do', () => {
  const hook = { '.git/hooks/pre-commit*': '' }
  const said = (config: string): unknown => hooksThere(directory({ ...hook, '.git/config': config }))
  for (const config of [
    '[core] hooksPath = evil\n',
    '[core]\n\thooksPath = evil ; c\n',
    '[core]\n\thooksPath = "evil"\n',
    '[core]\n\thooksPath = ~/evil\n',
    '[include]\n\tpath = other\n',
    '[core]\n\thooksPath = a\0b\n',
  ])
    expect(said(config)).toBeUndefined()
  expect(said('[core]\n\thooksPath = nowhere\n[other]\n\thooksPath = evil\n[core]\n\thookspath=.git/hooks\n')).toEqual([
    '.git/hooks/pre-commit',
  ])
  expect(hooksThere(directory({ '.git': 'gitdir: realgit\n' }))).toBeUndefined()
})

it('reads settings of any shape in a moment', () => {
  expect(hooksThere(directory({ '.git/config': `[core]\n\thooksPath =${' '.repeat(200_000)}""x\n` }))).toBeUndefined()
})

it('names a folder that a link leads to as a whole, and follows none', () => {
  const root = directory({ '.git/HEAD': '' })
  symlinkSync('/usr/bin', join(root, '.git/hooks'))
  expect(hooksThere(root)).toEqual(['.git/hooks'])
})
