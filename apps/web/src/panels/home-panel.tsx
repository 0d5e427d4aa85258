import { useRef, type ReactNode } from 'react'
import { Composer, Home, ModelChip, type ComposerHandle } from '@tabwright/ui'
import { useLocation } from 'wouter'
import { sessionAddress } from '../store/address'
import { useApp } from '../store/context'
import { sendFirst } from '../store/first-message'

const nothing = (): void => undefined

/** The start page: what is typed here becomes a session's first message. */
export function HomePanel(): ReactNode {
  const [, navigate] = useLocation()
  const composer = useRef<ComposerHandle>(null)
  const from = useApp((state) => state.from)
  const setFrom = useApp((state) => state.setFrom)
  const createSession = useApp((state) => state.createSession)
  const importSession = useApp((state) => state.importSession)
  const setView = useApp((state) => state.setView)
  const start = async (text: string): Promise<void> => {
    const session = await createSession(text)
    sendFirst(session)
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
      onExample={(prompt) => composer.current?.fill(prompt)}
      composer={
        <Composer
          ref={composer}
          draft=""
          onDraft={nothing}
          onSend={start}
          running={false}
          onStop={nothing}
          queue={[]}
          onWithdraw={async () => false}
          autoFocus
          lines={3}
          placeholder="Describe a change, a bug or a plan"
          footer={<HomeModel />}
        />
      }
    />
  )
}

function HomeModel(): ReactNode {
  const connection = useApp((state) => state.connection)
  const pickModel = useApp((state) => state.pickModel)
  if (connection === undefined) return null
  return <ModelChip model={connection.model} models={connection.models} onModel={pickModel} />
}
