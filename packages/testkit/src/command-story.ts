import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Command } from '../../runtime/src/shell/commands/command'
import { bytesOf, textOf } from '../../runtime/src/shell/text'
import { FileTree } from '../../runtime/src/shell/tree/file-tree'
import { ON_DISK } from './disk-folder'
import { tryCommand } from './command-lab'
import { wordsOf } from './command-table'

/** Commands that run one after the other in the same folder. */
export interface Story {
  readonly lines: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  /** What each command reads. */
  readonly stdin?: string
  /** Standard error counts only as there or not there. */
  readonly loose?: true
  /** Lines of output have no order. */
  readonly sorted?: true
  readonly env?: Readonly<Record<string, string>>
}

function told(line: string, outcome: { readonly out: string; readonly err: string; readonly code: number }, story: Story): string {
  const err = story.loose ? (outcome.err === '' ? '' : 'words\n') : outcome.err
  const out = story.sorted ? outcome.out.split('\n').toSorted().join('\n') : outcome.out
  return `$ ${line}\n${out}${err}=${outcome.code}\n`
}

/** Undefined: a tool of the story is not installed. The machine's user stands for ours. */
function realStory(story: Story): string | undefined {
  const folder = realpathSync(mkdtempSync(join(ON_DISK, 'real-')))
  const own = userInfo().username
  try {
    for (const [path, text] of Object.entries(story.files ?? {})) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), bytesOf(text))
    }
    let all = ''
    for (const line of story.lines) {
      const [name = '', ...args] = wordsOf(line)
      const env = { PATH: process.env['PATH'] ?? '', HOME: '/home/user', LANG: 'C.UTF-8', ...story.env }
      const run = spawnSync(name, args, { cwd: folder, input: bytesOf(story.stdin ?? ''), env, timeout: 20_000 })
      if (run.error !== undefined && 'code' in run.error && run.error.code === 'ENOENT') return undefined
      const plain = (bytes: Uint8Array): string =>
        textOf(bytes)
          .replaceAll(folder, '/workspace')
          .replaceAll(new RegExp(`\\b${own}\\b`, 'g'), 'user')
      all += told(line, { out: plain(run.stdout), err: plain(run.stderr), code: run.status ?? -1 }, story)
    }
    return all
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Compares ours with the machine's tools, a test a story; skipped where a tool is not installed. */
export function compareStories(title: string, commands: readonly Command[], stories: readonly (Story | readonly string[])[]): void {
  describe(title, () => {
    for (const given of stories) {
      const story: Story = 'lines' in given ? given : { lines: given }
      it(`does as the real tools do: ${story.lines.join(' ; ').slice(0, 160)}`, async (context) => {
        const real = realStory(story)
        if (real === undefined) return context.skip('a tool of this story is not installed here')
        const tree = new FileTree()
        let ours = ''
        for (const [i, line] of story.lines.entries()) {
          const trial = { argv: wordsOf(line), stdin: story.stdin ?? '', env: story.env ?? {}, files: i === 0 ? (story.files ?? {}) : {} }
          ours += told(line, await tryCommand(commands, trial, tree), story)
        }
        expect(ours).toEqual(real)
        return undefined
      })
    }
  })
}
