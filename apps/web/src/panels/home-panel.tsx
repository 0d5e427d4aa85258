import { useRef, useState, type ReactNode } from 'react'
import {
  cloneCommand,
  Composer,
  Home,
  memory,
  ModeChip,
  ModelChip,
  RecentSessions,
  type ComposerHandle,
  type IncomingFiles,
} from '@tabwright/ui'
import type { Attachment } from '@tabwright/protocol'
import { useLocation } from 'wouter'
import { t } from '@tabwright/ui/language'
import { sessionAddress } from '../store/address'
import { refusalOf } from '../store/attachments'
import { useApp, useParts } from '../store/context'
import { typeFirst } from '../store/first-command'
import { bringFirst } from '../store/first-files'
import { sendFirst } from '../store/first-message'
import { START_MODES } from '../store/start-mode'
import { useAttempt } from '../store/session-view'

const nothing = (): void => undefined
const NONE: readonly Attachment[] = []

/** The start page: what is typed here becomes a session's first message. */
export function HomePanel(): ReactNode {
  const [, navigate] = useLocation()
  const composer = useRef<ComposerHandle>(null)
  const from = useApp((state) => state.from)
  const setFrom = useApp((state) => state.setFrom)
  const createSession = useApp((state) => state.createSession)
  const importSession = useApp((state) => state.importSession)
  const setView = useApp((state) => state.setView)
  const createEmpty = useApp((state) => state.createEmpty)
  const setTab = useApp((state) => state.setTab)
  const setOpen = useApp((state) => state.setOpen)
  const attempt = useAttempt()
  const { drafts } = useParts()
  const model = useApp((state) => state.connection?.model)
  const say = useApp((state) => state.say)
  const steps = useFirstSteps()
  const begin = async (files: IncomingFiles): Promise<void> => {
    const session = await createEmpty(files.name.replace(/\.(?:zip|tar|tgz|tar\.gz)$/i, ''))
    bringFirst(session, files)
    // What came is what one wants to see.
    setTab('files')
    setOpen('workbench', true)
    setView('chat')
    navigate(sessionAddress(session, location.search))
  }
  const clone = async (url: string, name: string): Promise<void> => {
    const session = await createEmpty(name)
    typeFirst(session, cloneCommand(url))
    setTab('files')
    setOpen('workbench', true)
    setOpen('terminal', true)
    setView('terminal')
    navigate(sessionAddress(session, location.search))
  }
  const start = async (text: string, attachments: readonly Attachment[]): Promise<void> => {
    const session = await createSession(text, attachments)
    sendFirst(session)
    steps.end()
    setView('chat')
    navigate(sessionAddress(session, location.search))
  }
  return (
    <Home
      from={from}
      onFrom={setFrom}
      onImport={async (file, isBackup) => {
        const session = await importSession(file, isBackup)
        setView('chat')
        navigate(sessionAddress(session, location.search))
      }}
      onFiles={(files) => attempt(begin(files))}
      onClone={(url, name) => attempt(clone(url, name))}
      recent={<Recent />}
      onSkipSteps={steps.isShown ? steps.end : undefined}
      onDropFailed={(error) => attempt(Promise.reject(error))}
      onExample={(prompt) => composer.current?.fill(prompt)}
      composer={
        <Composer
          ref={composer}
          draft=""
          onDraft={nothing}
          onSend={start}
          attaching={{
            initial: NONE,
            read: (file) => drafts.readAttachment(file, file.name),
            refusal: (one) => model && refusalOf(model, one),
            onChange: nothing,
          }}
          onSay={say}
          running={false}
          onStop={nothing}
          queue={[]}
          onWithdraw={async () => false}
          autoFocus
          lines={3}
          placeholder={t('Describe a change, a bug or a plan')}
          footer={<HomeModel />}
        />
      }
    />
  )
}

function Recent(): ReactNode {
  const [, navigate] = useLocation()
  const sessions = useApp((state) => state.sessions)
  const setView = useApp((state) => state.setView)
  if (sessions === undefined) return null
  return (
    <RecentSessions
      sessions={sessions}
      onOpen={(session) => {
        setView('chat')
        navigate(sessionAddress(session, location.search))
      }}
    />
  )
}

const STEPS_KEY = 'tabwright.first-steps'

/** Shown until the first message is sent, or the person has no use for them. */
function useFirstSteps(): { readonly isShown: boolean; readonly end: () => void } {
  const [isShown, setShown] = useState(() => memory.getItem(STEPS_KEY) === null)
  const end = (): void => {
    memory.setItem(STEPS_KEY, 'seen')
    setShown(false)
  }
  return { isShown, end }
}

function HomeModel(): ReactNode {
  const connection = useApp((state) => state.connection)
  const pickModel = useApp((state) => state.pickModel)
  const startMode = useApp((state) => state.startMode)
  const setStartMode = useApp((state) => state.setStartMode)
  if (connection === undefined) return null
  return (
    <>
      <ModeChip mode={startMode} modes={START_MODES} onMode={setStartMode} />
      <ModelChip model={connection.model} models={connection.models} onModel={pickModel} />
    </>
  )
}
