import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { refVersionOrder } from './ref-version-order'

const PARTS = ['', '0', '00', '1', '01', '10', '010', '9', '09', '100', '.', '-', 'a', 'rc', '1234567890123456789', '1234567890123456790']

describe('the order of names with versions', () => {
  it('is that of git', () => {
    const names = PARTS.flatMap((one) => PARTS.map((other) => `v${one}.${other}x`)).filter((name) => !/\.\.|@\{/.test(name))
    const folder = mkdtempSync(join(tmpdir(), 'refs-'))
    const git = (args: readonly string[], input = ''): string => spawnSync('git', args, { cwd: folder, input, encoding: 'utf8' }).stdout
    git(['init', '-q'])
    const tree = git(['mktree']).trim()
    git(['update-ref', '--stdin'], names.map((name) => `create refs/tags/${name} ${tree}\n`).join(''))
    const theirs = git(['tag', '--sort=version:refname']).trimEnd().split('\n')
    rmSync(folder, { recursive: true, force: true })
    expect(theirs.length).toBeGreaterThan(150)
    expect(theirs.toSorted().toSorted(refVersionOrder)).toEqual(theirs)
  })
})
