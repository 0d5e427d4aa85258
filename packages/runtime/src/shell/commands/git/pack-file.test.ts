import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { oidOf } from './oid'
import { makePack, unpack, type RawObject } from './pack-file'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'pack-'))
  folders.push(path)
  return path
}

const blob = (text: string): RawObject => ({ type: 'blob', bytes: new TextEncoder().encode(text) })
const named = (objects: readonly RawObject[]): [string, RawObject][] => objects.map((object) => [oidOf(object.type, object.bytes), object])

describe('packs', () => {
  it('that are made here are read by git, with the same index to the byte', () => {
    const at = folder()
    const { pack, index, name } = makePack(named([blob(''), blob('one\n'), blob('x'.repeat(70_000))]))
    writeFileSync(join(at, 'p.pack'), pack)
    const said = execFileSync('git', ['index-pack', 'p.pack'], { cwd: at, encoding: 'utf8' })
    expect(said.trim()).toBe(name)
    expect(readFileSync(join(at, 'p.idx')).equals(index)).toBe(true)
  })

  it('that git made of texts that resemble each other come apart into the same objects', () => {
    const at = folder()
    const git = (...args: readonly string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: at, encoding: 'utf8' })
    git('init', '-q')
    for (let i = 0; i < 5; i++) {
      writeFileSync(
        join(at, 'long.txt'),
        Array.from({ length: 400 }, (_, line) => `line ${line === i * 7 ? `changed ${i}` : line}`).join('\n'),
      )
      git('add', '.')
      git('commit', '-qm', `n${i}`)
    }
    git('gc', '-q')
    const [pack = ''] = readdirSync(join(at, '.git/objects/pack')).filter((name) => name.endsWith('.pack'))
    const found = unpack(readFileSync(join(at, '.git/objects/pack', pack)), () => undefined)
    const all = git('cat-file', '--batch-all-objects', '--batch-check=%(objectname) %(objecttype)').trim().split('\n')
    expect([...found].map(([oid, { type }]) => `${oid} ${type}`).toSorted()).toEqual(all.toSorted())
  })

  it('that lost a byte are refused', () => {
    const { pack } = makePack(named([blob('one\n')]))
    const broken = pack.with(20, (pack[20] ?? 0) ^ 1)
    expect(() => unpack(broken, () => undefined)).toThrow('pack is corrupted')
  })
})
