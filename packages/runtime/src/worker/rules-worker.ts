import { fail, parseRule, presetOf, wrongWith, type KeptRule, type SessionId } from '@tabwright/protocol'
import { proxy } from 'comlink'
import type { RulesWorker } from '../client/worker-api'
import { BUILT_IN_RULES, judge } from '../core/gate/rules'
import { gitHookFiles } from '../core/gate/git-hooks'
import { gitProgramsOf } from '../core/gate/git-programs'
import { linkFollower } from '../core/gate/links'
import { subjectOf, type Eyes } from '../core/gate/subject'
import { readTriedCall } from '../core/gate/try-call'
import type { SessionCatalogue } from '../io/catalogue-idb'
import { utf8 } from './text-utf8'

/** Marks rules that came with a level, and go with it. */
const LEVEL_WHY = 'it came with the level in Settings'

/** Rules that outlive a session, for the list in Settings. */
export function createRulesWorker(catalogue: () => Promise<Pick<SessionCatalogue, 'rules' | 'images'>>): RulesWorker {
  const shelf = async (): Promise<SessionCatalogue['rules']> => (await catalogue()).rules
  return {
    listRules: async () => (await shelf()).list(),
    watchRules: async (listener) => proxy((await shelf()).watch(listener)),
    addRule: async ({ effect, text, session }) => {
      const read = parseRule(text)
      const wrong = 'wrong' in read ? read.wrong : wrongWith(read.pattern, effect)
      if ('wrong' in read || wrong !== undefined) return fail('bad_input', `${wrong} Nothing was added.`)
      const { pattern } = read
      return (await shelf()).add({ effect, pattern, why: 'you wrote it in Settings', ...(session !== undefined && { session }) })
    },
    removeRule: async (id) => (await shelf()).remove(id),
    putBackRule: async (rule) => (await shelf()).putBack(rule),
    setLevel: async (level) => {
      const rules = await shelf()
      const { denies } = presetOf(level)
      // The stricter first: a moment with both levels' rules denies more, never less.
      for (const pattern of denies) await rules.add({ effect: 'deny', pattern, why: LEVEL_WHY })
      for (const rule of await rules.list()) if (isOfAnotherLevel(rule, denies)) await rules.remove(rule.id)
    },
    tryCall: async ({ text, mode, session }) => {
      const call = readTriedCall(text)
      if ('wrong' in call) return fail('bad_input', call.wrong)
      const rules = await shelf()
      const project = session === undefined ? undefined : await rules.projectOf(session)
      const kept = (await rules.list()).filter((rule) => rule.project === undefined || rule.project.id === project)
      // The parser is half of a shell: whoever only lists sessions does without.
      const { readCommandLine } = await import('../shell/language/command-line')
      const eyes = session === undefined ? NOTHING_THERE : await eyesOn((await catalogue()).images, session)
      const subject = subjectOf(call, { readCommand: readCommandLine, ...eyes })
      return judge(subject, { rules: [...BUILT_IN_RULES, ...kept], mode })
    },
  }
}

type FileEyes = Omit<Eyes, 'readCommand'>

/** Where no session is open there are no files. */
const NOTHING_THERE: FileEyes = { followLinks: (path) => path, gitHooks: [] }

/** What the files of a session, as they were kept last, make of a command: links, hooks of git and what its settings start. */
async function eyesOn(images: SessionCatalogue['images'], session: SessionId): Promise<FileEyes> {
  const { files } = await images.begin(session)
  const reader = {
    list: () => files,
    read: async (path: string): Promise<Uint8Array> => {
      const entry = files.find((one) => one.path === path)
      for await (const [, bytes] of entry ? images.contents(session, new Set([entry.hash])) : []) return bytes
      return fail('damaged', `The content of ${path} is not there, so nothing can be said of this call.`)
    },
  }
  return {
    followLinks: await linkFollower(reader, utf8),
    gitHooks: gitHookFiles(reader),
    gitPrograms: await gitProgramsOf(reader, utf8),
  }
}

function isOfAnotherLevel({ why, pattern }: KeptRule, denies: ReturnType<typeof presetOf>['denies']): boolean {
  return why === LEVEL_WHY && !denies.some((denied) => denied.type === pattern.type && denied.tool === pattern.tool)
}
