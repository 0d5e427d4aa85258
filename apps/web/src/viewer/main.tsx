import { createRoot } from 'react-dom/client'
import '@tabwright/ui/theme.css'
import { ViewerPage } from './viewer-page'
import { takeSource } from './source'

const place = document.getElementById('app')
if (place === null) throw new TypeError('the page has no #app')

createRoot(place).render(<ViewerPage source={takeSource()} />)
