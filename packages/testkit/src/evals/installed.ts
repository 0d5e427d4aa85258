import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '@tabwright/protocol'
import { filesBelow, type EvalProject } from './task-list'

/** What no program here reads of a package: builds for others, what measures them, and notes for people. */
const LEFT_OUT = /(^|\/)(umd|docs?|test|tests|benchmarks?)\/|\.(map|md|flow)$|(bun|profiling|production|unstable)[\w.-]*\.js$/

/** The packages of a project as an install would have put them, by path. @throws FailureError for one that is not installed here */
export function installedFiles({ name, packages }: EvalProject, modules: string): ReadonlyMap<string, Uint8Array> {
  const missing = packages.filter((one) => !existsSync(join(modules, one)))
  if (missing.length > 0) fail('unavailable', `The project ${name} needs ${missing.join(', ')} in ${modules}: run npm ci.`)
  return new Map(
    packages.flatMap((one) =>
      [...filesBelow(join(modules, one), LEFT_OUT)].map(([path, bytes]) => [`node_modules/${one}/${path}`, bytes] as const),
    ),
  )
}

/** What a person would call the work: neither what was installed nor what the product keeps for itself. */
export const isWork = (path: string): boolean => !/^(node_modules|\.tabwright|\.git)\//.test(path)
