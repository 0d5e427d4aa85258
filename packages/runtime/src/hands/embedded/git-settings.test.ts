import { expect, it } from 'vitest'
import { bytesOf, textOf } from '../../shell/text'
import { FileTree } from '../../shell/tree/file-tree'
import { writePerson } from './git-settings'

const PATH = '/home/user/.gitconfig'

it('writes who commits, changes it, and takes it away, with all else as it was', () => {
  const tree = new FileTree()
  writePerson(tree, { name: '', email: '' })
  expect(tree.find(PATH)).toBeUndefined()
  writePerson(tree, { name: 'Ann "A" Bee', email: 'ann@example.com' })
  expect(textOf(tree.readFile(PATH))).toBe('[user]\n\tname = Ann \\"A\\" Bee\n\temail = ann@example.com\n')
  tree.writeFile(PATH, bytesOf(`# mine\n[alias]\n\tst = status\n${textOf(tree.readFile(PATH))}`))
  writePerson(tree, { name: 'Cy', email: '' })
  expect(textOf(tree.readFile(PATH))).toBe('# mine\n[alias]\n\tst = status\n[user]\n\tname = Cy\n')
  writePerson(tree, { name: '', email: '' })
  expect(textOf(tree.readFile(PATH))).toBe('# mine\n[alias]\n\tst = status\n')
})

it('goes on when the file there is none that git could read', () => {
  const tree = new FileTree()
  tree.mkdir('/home/user', true)
  tree.writeFile(PATH, bytesOf('[broken\n'))
  expect(() => writePerson(tree, { name: 'Ann', email: 'a@b' })).not.toThrow()
  expect(textOf(tree.readFile(PATH))).toBe('[broken\n')
  tree.rm(PATH)
  tree.mkdir(PATH)
  expect(() => writePerson(tree, { name: 'Ann', email: 'a@b' })).not.toThrow()
})
