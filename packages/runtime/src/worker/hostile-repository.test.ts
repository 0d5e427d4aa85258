import { blobHash, type Mode, type PathChange } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { gitProgramsOf } from '../core/gate/git-programs'
import { heldBack } from '../core/gate/held'
import { pathClass } from '../core/gate/path-class'
import { BUILT_IN_RULES, judge } from '../core/gate/rules'
import { subjectOf } from '../core/gate/subject'
import { ConfigFile } from '../shell/commands/git/config-file'
import { readCommandLine } from '../shell/language/command-line'
import { openWorkspace } from '../workspace/workspace'
import { utf8 } from './text-utf8'

const written = (path: string, text: string): PathChange => {
  const bytes = new TextEncoder().encode(text)
  return { path, before: null, after: { hash: blobHash('a'.repeat(64)), bytes, mode: 'file', mtime: 1, version: 1 } }
}
const isHeld = (path: string, text: string): boolean =>
  heldBack([written(path, text)], (bytes) => new TextDecoder().decode(bytes)).length > 0

describe('[O20] settings of git that a script leaves behind', () => {
  /** Each is read by our git as the setting that it is. */
  const PROGRAMS: readonly (readonly [key: string, text: string])[] = [
    ['core.editor', '[core]\n\teditor = evil\n'],
    ['core.editor', '[core] editor = evil\n'],
    ['core.editor', '[core]editor=evil\n'],
    ['core.editor', '[CORE]\n\tEDITOR=evil\n'],
    ['core.editor', '[ core ]   editor   =   evil'],
    ['sequence.editor', '[user]\n\tname = x\n[sequence]editor=evil\n'],
    ['core.hookspath', '[core] hooksPath = .evil\n'],
    ['core.fsmonitor', '[core]\r\n  fsmonitor = evil\r\n'],
    ['core.sshcommand', '[core]# x\n sshCommand = evil\n'],
    ['alias.st', '[alias]st=!evil\n'],
    ['alias.st', '[ ALIAS ]\n\tst = commit\n'],
    ['include.path', '[include]path=../x\n'],
    ['includeif.gitdir:/.path', '[includeIf "gitdir:/"] path = x\n'],
    ['diff.external', '[diff]\n\texternal = evil\n'],
    ['diff.x.textconv', '[diff "x"]textconv=evil\n'],
    ['diff.x]y.command', '[diff "x]y"]command=evil\n'],
    ['filter.x.smudge', '[filter "x"] smudge = evil\n'],
    ['merge.x.driver', '[merge "x"]\n driver = evil\n'],
    ['credential.helper', '[credential] helper = evil\n'],
    ['gpg.program', '[gpg]program=evil\n'],
    ['pager.log', '[pager] log = evil\n'],
    ['uploadpack.packobjectshook', '[uploadpack]packObjectsHook=evil\n'],
    ['url.https://evil/.pushinsteadof', '[url "https://evil/"] pushInsteadOf = https://good/\n'],
    ['core.worktree', '[core]worktree=/elsewhere\n'],
  ]

  it.each(PROGRAMS)('%s is held back, however %j writes it', (key, text) => {
    expect(new ConfigFile(text, 'config').settings.map((one) => one.key)).toContain(key)
    for (const path of [
      '.git/config',
      '.git/config.worktree',
      'deep/.GIT/Config',
      '.git/worktrees/w/config.worktree',
      '.git/modules/m/config',
    ])
      expect(isHeld(path, text), path).toBe(true)
  })

  it('is not held back where it names nothing that runs: git writes there at every turn', () => {
    const usual =
      '[core]\n\trepositoryformatversion = 0\n\tbare = false\n[remote "origin"]\n\turl = https://a.dev/r\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n[branch "main"]\n\tremote = origin\n\tmerge = refs/heads/main\n[user]\n\tname = Ann\n'
    expect(isHeld('.git/config', usual)).toBe(false)
  })
})

describe('[O20] a repository whose settings have git start programs', () => {
  const CONFIG = `[alias]
\tst = !sh evil.sh
\tci = commit
[core] editor = sh -c \\
  'evil two'
[alias "x"]
`
  const verdict = async (command: string, mode: Mode, config = CONFIG): Promise<string> => {
    const workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
    const draft = workspace.draft()
    draft.write('lib/.git/config', new TextEncoder().encode(config))
    workspace.adopt(draft.delta())
    const gitPrograms = await gitProgramsOf(workspace, utf8)
    const input = { command }
    const call = { tool: 'shell', input, bytes: JSON.stringify(input), effect: 'tx' as const }
    const eyes = { readCommand: readCommandLine, followLinks: (path: string) => path, gitHooks: [], gitPrograms }
    const said = judge(subjectOf(call, eyes), { rules: BUILT_IN_RULES, mode })
    return said.type === 'ask' ? said.reason : said.type
  }
  // What the alias comes to may open the editor as well.
  const ST = /^No rule allows this command\. Git may run !sh evil\.sh \(alias\.st of lib\/\.git\/config\) and sh -c /

  it.each([
    ['git st', ST],
    ['git -C lib ST --short', ST],
    ['env git st', ST],
    ['ls; git st', ST],
    [
      'git ci',
      /Git may run commit \(alias\.ci of lib\/\.git\/config\) and sh -c .*'evil two' \(core\.editor of lib\/\.git\/config\) by itself/,
    ],
    ['git commit', /Git may run sh -c .*'evil two' \(core\.editor of lib\/\.git\/config\) by itself with it\.$/],
    ['git status', 'allow'],
    ['git add .', 'allow'],
    ['npm test', 'allow'],
  ])('%s says so on its card, in Auto too', async (command, said) => {
    expect(await verdict(command, 'auto')).toEqual(typeof said === 'string' ? said : expect.stringMatching(said))
    expect(await verdict(command, 'bypass'), 'where everything passes it passes').toBe('allow')
  })

  it('is asked about where it takes in settings from elsewhere, and not where it has none', async () => {
    expect(await verdict('git commit -m x', 'auto', '[include]path=../evil\n')).toMatch(
      /Git may run what \.\.\/evil says \(include\.path of lib/,
    )
    expect(await verdict('git commit -m x', 'auto', '[core]\n\tbare = false\n')).toBe('allow')
    expect(await verdict('git commit -m x', 'auto', '\0'), 'what cannot be read may say anything').toMatch(/what lib\/\.git\/config says/)
  })
})

describe('[O20] names that some disk opens as a protected file', () => {
  it.each([
    ['AGENTS.md', 'policy-file'],
    ['AGENT\u017f.md', 'policy-file'],
    ['AGENTS.md.', 'policy-file'],
    ['AGENTS.md ', 'policy-file'],
    ['AGENTS.md::$DATA', 'policy-file'],
    ['.g\u200cit/hooks/pre-commit', 'policy-file'],
    ['.git /hooks/pre-commit', 'policy-file'],
    ['.GIT./config', 'policy-file'],
    ['.HUS\u212aY/pre-push', 'policy-file'],
    ['.vscode\u200b/tasks.json', 'policy-file'],
    ['.e\u00adnv', 'secret-file'],
    ['.env.', 'secret-file'],
    ['.env:x', 'secret-file'],
    ['.git/config.worktree', 'policy-file'],
    ['.git/worktrees/w/config.worktree', 'policy-file'],
    ['src/agents.mdx', 'workspace'],
    ['src/a.b. c/x.ts', 'workspace'],
    ['...', 'workspace'],
  ])('%j is %s', (path, kind) => {
    expect(pathClass(`/workspace/${path}`)).toBe(kind)
  })
})
