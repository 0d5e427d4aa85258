import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { failureOf } from '@tabwright/protocol'
import { gzipSync } from 'fflate'
import { afterEach, expect, it } from 'vitest'
import { projectZip, type ZipFile } from '../project-export/project-zip'
import { PROJECT_LIMITS } from './project-limits'
import { readProject } from './read-project'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const file = (path: string, text = 'x', more: Partial<ZipFile> = {}): ZipFile => ({
  path,
  bytes: bytesOf(text),
  mode: 'file',
  mtime: Date.UTC(2024, 1, 2, 3, 4, 6),
  ...more,
})
const archive = (blob: Blob, name = 'shop.zip') => ({ type: 'archive', name, file: blob }) as const
const refusal = (source: Parameters<typeof readProject>[0], limits = PROJECT_LIMITS) =>
  readProject(source, undefined, limits).then(() => 'was read', failureOf)

interface Member {
  readonly name: string
  readonly type?: string
  readonly text?: string
  readonly link?: string
}

/** A tar archive of whatever one likes, evil or not. */
function tar(members: readonly Member[]): Uint8Array<ArrayBuffer> {
  const parts = members.flatMap(({ name, type = '0', text = '', link = '' }) => {
    const header = new Uint8Array(512)
    const put = (at: number, value: string): void => header.set(bytesOf(value), at)
    put(0, name)
    put(100, '0000644\0')
    put(124, `${bytesOf(text).length.toString(8).padStart(11, '0')}\0`)
    put(136, '14555555555\0')
    put(148, '        ')
    put(156, type)
    put(157, link)
    put(257, 'ustar\x0000')
    const sum = header.reduce((all, byte) => all + byte, 0)
    put(148, `${sum.toString(8).padStart(6, '0')}\0 `)
    const content = new Uint8Array(Math.ceil(bytesOf(text).length / 512) * 512)
    content.set(bytesOf(text))
    return [header, content]
  })
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 1024))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function diskProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'project-'))
  folders.push(folder)
  const put = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text, { mode })
  }
  put('README.md', '# Shop\n')
  put('bin/run', '#!/bin/sh\n', 0o755)
  put(`src/${'very-long-name-'.repeat(9)}/ä.ts`, 'export {}\n'.repeat(500))
  return folder
}

const PYTHON_ZIP = 'import shutil,sys; shutil.make_archive(sys.argv[1], "zip", sys.argv[2])'

it.each([
  ['tar', (at: string, from: string) => execFileSync('tar', ['-cf', at, '-C', from, '.'])],
  ['tar.gz', (at: string, from: string) => execFileSync('tar', ['-czf', at, '-C', from, '.'])],
  ['tgz of pax form', (at: string, from: string) => execFileSync('tar', ['--format=pax', '-czf', at, '-C', from, '.'])],
  ['zip', (at: string, from: string) => execFileSync('python3', ['-c', PYTHON_ZIP, at.replace(/\.zip$/, ''), from])],
])('reads a %s that another tool made', async (kind, make) => {
  const from = diskProject()
  const at = join(mkdtempSync(join(tmpdir(), 'archive-')), 'shop.zip')
  folders.push(dirname(at))
  make(at, from)
  const { files, leftOut } = await readProject(archive(new Blob([readFileSync(at)]), kind))
  const found = files.toSorted((a, b) => (a.path < b.path ? -1 : 1)).map(({ path, mode, bytes }) => [path, mode, bytes.length])
  expect(found).toEqual([
    ['README.md', 'file', 7],
    ['bin/run', 'executable', 10],
    [`src/${'very-long-name-'.repeat(9)}/ä.ts`, 'file', 5000],
  ])
  expect(leftOut).toEqual([])
  expect(Math.abs((files[0]?.mtime ?? 0) - Date.now())).toBeLessThan(26 * 3600_000)
})

it('reads back its own zip to the byte, with times and kinds of files', async () => {
  const files = [
    file('a.txt', 'one\n'),
    file('bin/run', '#!/bin/sh\n', { mode: 'executable' }),
    file('empty', ''),
    file('ö/日.md', 'text '.repeat(9000)),
  ]
  const zip = await projectZip(files)
  const read = await readProject(archive(zip))
  expect(read.files).toEqual(files)
  const again = await projectZip(read.files.map((one) => ({ ...one, mtime: one.mtime ?? 0 })))
  expect(new Uint8Array(await again.arrayBuffer())).toEqual(new Uint8Array(await zip.arrayBuffer()))
})

const EVIL = ['../../x', '/abs', 'C:\\x', 'C:/x', 'a\\..\\..\\b', 'a/../b', 'nul\0x', 'a/./b', 'trailing.', 'a%2e%2e%2f/%2e%2e/b']

it.each(EVIL)('[O38] refuses a zip and a tar with the name %j as a whole', async (name) => {
  const zip = await refusal(archive(await projectZip([file('good.txt'), file(name)])))
  expect(zip).toMatchObject({ code: 'bad_input', message: expect.stringContaining('Nothing was imported.') })
  // A NUL ends a name in tar.
  if (name.includes('\0')) return
  const tape = await refusal(archive(new Blob([tar([{ name: 'good.txt' }, { name }])])))
  expect(tape).toMatchObject({ code: 'bad_input', message: expect.stringContaining('Nothing was imported.') })
})

it.each([
  ['a symbolic link', '2'],
  ['a hard link', '1'],
  ['a device', '3'],
  ['a pipe', '6'],
])('[O38] refuses %s', async (_, type) => {
  const members = [{ name: 'good.txt' }, { name: 'evil', type, link: '/etc/passwd' }]
  expect(await refusal(archive(new Blob([tar(members)])))).toMatchObject({
    message: expect.stringContaining('"evil" is a link or a device'),
  })
})

it('[O38] refuses a symbolic link in a zip', async () => {
  const zip = await projectZip([file('a', '/etc/passwd', { mode: 'symlink' })])
  expect(await refusal(archive(zip))).toMatchObject({ message: expect.stringContaining('"a" is a link') })
})

it.each([
  [['Readme.md', 'README.md'], 'one name on many disks'],
  [['é', 'e\u0301'], 'one name on many disks'],
  [['a', 'a'], 'twice'],
  [['a', 'a/b'], 'a file and a folder'],
])('[O38] refuses %j as one name', async (names, why) => {
  expect(await refusal(archive(await projectZip(names.map((name) => file(name)))))).toMatchObject({ message: expect.stringContaining(why) })
})

it('[O38] refuses bombs, too many entries and too much, before and while it unpacks', async () => {
  const zeros = new Uint8Array(8_000_000)
  const bomb = gzipSync(tar([{ name: 'a', text: '\0'.repeat(8_000_000) }]))
  expect(await refusal(archive(new Blob([bomb.slice()])))).toMatchObject({ message: expect.stringContaining('more than 100 times') })
  const many = await projectZip(Array.from({ length: 11 }, (_, index) => file(`f${index}`)))
  expect(await refusal(archive(many), { ...PROJECT_LIMITS, entries: 10 })).toMatchObject({ message: expect.stringContaining('11 entries') })
  const large = await projectZip([file('zeros', '', { bytes: zeros })])
  expect(await refusal(archive(large), { ...PROJECT_LIMITS, unpacked: 1_048_576 })).toMatchObject({
    message: expect.stringContaining('1 MiB'),
  })
  expect(await refusal(archive(large), { ...PROJECT_LIMITS, packed: 1_048_576 })).toMatchObject({ code: 'too_large' })
})

it('refuses what is no archive, is cut off or damaged, in one sentence that names it', async () => {
  const zip = new Uint8Array(await (await projectZip([file('a.txt', 'hello '.repeat(100))])).arrayBuffer())
  const bent = zip.slice()
  bent[45] = (bent[45] ?? 0) ^ 1
  const packed = gzipSync(tar([{ name: 'a.txt', text: 'hello '.repeat(1000) }]))
  for (const bytes of [bytesOf('not a zip'), zip.slice(0, -9), bent, packed.slice(0, -60)]) {
    expect(await refusal(archive(new Blob([bytes.slice()])))).toMatchObject({
      code: 'bad_input',
      message: expect.stringMatching(/^"shop\.zip" cannot be imported: .*\. Nothing was imported\.$/),
    })
  }
})

it('does not unpack an archive inside of an archive', async () => {
  const inner = new Uint8Array(await (await projectZip([file('../x')])).arrayBuffer())
  const { files } = await readProject(archive(await projectZip([file('inner.zip', '', { bytes: inner })])))
  expect(files.map(({ path, bytes }) => [path, bytes])).toEqual([['inner.zip', inner]])
})

it('takes files from a disk and names those that it leaves out', async () => {
  const told: number[][] = []
  const given = [
    { path: 'src/run.sh', file: new File(['#!/bin/sh\n'], 'run.sh', { lastModified: 1_700_000_000_000 }) },
    { path: 'node_modules/x/index.js', file: new Blob(['x']) },
    { path: 'large.bin', file: new Blob([new Uint8Array(2000)]) },
    { path: 'trailing ', file: new Blob(['x']) },
    { path: 'a.txt.crswap', file: new Blob(['x']) },
  ]
  const read = await readProject({ type: 'files', name: 'shop', files: given }, (...step) => told.push(step), {
    ...PROJECT_LIMITS,
    file: 1000,
  })
  expect(read.files).toMatchObject([{ path: 'src/run.sh', mode: 'executable', mtime: 1_700_000_000_000 }])
  expect(read.leftOut.map(({ path, why }) => [path, why.split(' ').slice(0, 3).join(' ')])).toEqual([
    ['node_modules/x/index.js', 'is of node_modules,'],
    ['large.bin', 'is larger than'],
    ['trailing ', 'has a name'],
    ['a.txt.crswap', 'is what a'],
  ])
  expect(told).toEqual([[1, 1]])
})
