import { failureOf } from '@tabwright/protocol'
import type { Catalogue } from '@tabwright/runtime'
import type { StartFrom } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import type { AppStore, Getter, Setter } from './app-state'
import { titleOf } from './session-title'
import { saveAttached } from './attachments'
import { beginsNow } from './start-place'

type SessionActions = Pick<
  AppStore,
  | 'readSessions'
  | 'searchSessions'
  | 'createSession'
  | 'createEmpty'
  | 'forkSession'
  | 'renameSession'
  | 'shelveSession'
  | 'removeSession'
  | 'removeSessions'
  | 'restoreSession'
  | 'dropNotice'
  | 'say'
  | 'undoNotice'
>

/** What changes the list of sessions, and the words about it. */
export function sessionActions({ catalogue }: { readonly catalogue: Catalogue }, set: Setter, get: Getter): SessionActions {
  let notices = 0
  const readSessions = async (): Promise<void> => {
    try {
      set({ sessions: await catalogue.list(), sessionsFailure: undefined })
    } catch (error) {
      set({ sessions: get().sessions ?? [], sessionsFailure: failureOf(error) })
    }
  }
  const say: AppStore['say'] = (text, undo) => set({ notice: { id: ++notices, text, ...(undo && { undo }) } })
  /** The list on screen follows what was tried, whether it worked or not. */
  const change = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work()
      return true
    } catch (error) {
      say(failureOf(error).message)
      return false
    } finally {
      await readSessions()
    }
  }
  return {
    readSessions,
    searchSessions: (query) => catalogue.search(query),
    say,
    dropNotice: () => set({ notice: undefined }),
    ...beginnings({ catalogue, readSessions, get }),
    renameSession: async (session, title) => {
      await change(() => catalogue.rename(session, title))
    },
    shelveSession: async (session, shelf) => {
      if (await change(() => catalogue.shelve(session.id, shelf)))
        if (shelf === 'archived')
          say(t('Archived “{title}”. It stands at the end of the list, and is found by a search.', { title: session.title }))
    },
    removeSession: async (session) => {
      if (await change(() => catalogue.remove(session.id)))
        set({ notice: { id: ++notices, text: t('Deleted “{title}”.', { title: session.title }), restores: session.id } })
    },
    removeSessions: async (sessions) => {
      const removeAll = async (): Promise<void> => {
        for (const session of sessions) await catalogue.remove(session)
      }
      if (await change(removeAll)) say(t('Deleted. Their room is free in ten seconds.'))
    },
    undoNotice: async () => {
      const { notice } = get()
      if (notice?.restores !== undefined) return get().restoreSession(notice.restores)
      set({ notice: undefined })
      try {
        await notice?.undo?.()
      } catch (error) {
        say(failureOf(error).message)
      }
    },
    restoreSession: async (session) => {
      if (await change(() => catalogue.restore(session))) set({ notice: undefined })
    },
  }
}

interface Beginning {
  readonly catalogue: Catalogue
  readonly readSessions: () => Promise<void>
  readonly get: Getter
}

function begunFrom(from: StartFrom): Pick<Parameters<Catalogue['create']>[0], 'project' | 'template'> {
  return from === 'demo' || from === 'blank' ? { project: from } : { project: 'blank', template: from }
}

/** What new sessions come from. */
function beginnings({ catalogue, readSessions, get }: Beginning): Pick<AppStore, 'createSession' | 'createEmpty' | 'forkSession'> {
  return {
    createSession: async (text, attached) => {
      const title = titleOf(text.trim() === '' ? attached.map(({ name }) => name).join(', ') : text)
      const session = await catalogue.create({ title, ...begunFrom(get().from), mode: get().startMode })
      beginsNow(session)
      await Promise.all([catalogue.saveDraft(session, text), saveAttached(catalogue, session, attached)])
      await readSessions()
      return session
    },
    createEmpty: async (name) => {
      const session = await catalogue.create({ title: titleOf(name), project: 'blank', mode: get().startMode })
      beginsNow(session)
      await readSessions()
      return session
    },
    forkSession: async (session, at, draft) => {
      const fork = await catalogue.fork(session, at)
      if (draft !== undefined) await Promise.all([catalogue.saveDraft(fork, draft.text), saveAttached(catalogue, fork, draft.attached)])
      await readSessions()
      return fork
    },
  }
}
