import { isCheckedFile } from '../core/diagnostics'
import { ts } from './compiler'

/** Files that read `path`, directly first, then through others: what an edit of it can break. */
export function importersOf(program: ts.Program, path: string): readonly string[] {
  const own = program.getSourceFiles().filter((file) => isCheckedFile(file.fileName) && !program.isSourceFileDefaultLibrary(file))
  const target = program.getSourceFile(path)
  // What is no module speaks to all files at once.
  if (target && !ts.isExternalModule(target) && !target.fileName.endsWith('.json'))
    return own.map(({ fileName }) => fileName).filter((name) => name !== path)
  const readers = new Map<string, string[]>()
  for (const file of own)
    for (const imported of file.imports ?? []) {
      const found = program.getResolvedModuleFromModuleSpecifier(imported, file)?.resolvedModule?.resolvedFileName
      if (found === undefined) continue
      const known = readers.get(found)
      if (known) known.push(file.fileName)
      else readers.set(found, [file.fileName])
    }
  const seen = new Set([path])
  for (const next of seen) for (const reader of readers.get(next) ?? []) seen.add(reader)
  seen.delete(path)
  return [...seen]
}
