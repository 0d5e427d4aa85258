import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gitServer } from '../../../../../testkit/src/git-server'
import { loopbackNet } from '../../../../../testkit/src/loopback-net'
import { tryShell } from '../../../../../testkit/src/shell-lab'
import { textCommands } from '../text'
import { gitCommand } from './git'

const isThere = (spawnSync('git', ['--version']).stdout?.toString() ?? '').includes('git version')
if (!isThere) console.log('skipped: no git on this machine')

const SEED = 'git init -q -b main .; git add .; git -c user.name=a -c user.email=a@b commit -qm all; git clone -q --bare . ../up.git'

function seed(folder: string): void {
  for (let i = 1; i <= 50; i++) {
    mkdirSync(join(folder, String(i)), { recursive: true })
    for (let k = 1; k <= 100; k++) writeFileSync(join(folder, String(i), String(k)), `${i} ${k}\n${randomBytes(3000).toString('base64')}\n`)
  }
  execFileSync('bash', ['-c', SEED], { cwd: folder })
}

describe.skipIf(!isThere)('a repository of a real size', () => {
  it('of 5,000 files and 20 MB is cloned, changed and pushed', async () => {
    const root = mkdtempSync(join(tmpdir(), 'git-size-'))
    seed(join(root, 'w'))
    const server = await gitServer(root)
    try {
      const begun = performance.now()
      const script = `git clone -q ${server.url}/up.git w; cd w; git status -s; git ls-files | wc -l; echo more > 7/7
git -c user.name=a -c user.email=a@b commit -qam more; git push; git log --oneline | wc -l`
      const { out, err } = await tryShell({ script, commands: [gitCommand, ...textCommands], net: loopbackNet() })
      const took = performance.now() - begun
      console.log(`clone, status, commit, push of 5,000 files: ${Math.round(took)} ms`)
      expect(err.replaceAll(/[0-9a-f]{7}/g, 'OID').replaceAll(server.url, 'URL')).toBe('To URL/up.git\n   OID..OID  main -> main\n')
      expect(out.replaceAll(' ', '')).toBe('5000\n2\n')
      expect(execFileSync('git', ['-C', join(root, 'up.git'), 'fsck', '--strict'], { encoding: 'utf8', stdio: 'pipe' })).toBe('')
      expect(execFileSync('git', ['-C', join(root, 'up.git'), 'show', 'main:7/7'], { encoding: 'utf8' })).toBe('more\n')
    } finally {
      await server.close()
      rmSync(root, { recursive: true, force: true })
    }
  }, 120_000)
})
