import { createRoot } from 'react-dom/client'
import '@tabwright/ui/theme.css'
import { LivePage } from './live-page'
import { ViewerPage } from './viewer-page'
import { takeSource } from './source'

const place = document.getElementById('app')
if (place === null) throw new TypeError('the page has no #app')

const source = takeSource()

createRoot(place).render(source.type === 'live' ? <LivePage address={source.address} /> : <ViewerPage source={source} />)
