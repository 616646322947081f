import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { host } from './connect/host.ts';
import { portCarrier } from './connect/port-carrier.ts';
import { socketCarrier } from './connect/socket-carrier.ts';
import { AppContext, createApp } from './state/app.ts';
import { connect } from './state/connection.ts';
import { bindPreferences } from './state/preferences.ts';
import './theme.css';
import './window.css';
import { AppShell } from './views/app-shell.tsx';

const app = createApp();
const carrier = host === undefined ? socketCarrier(window.location) : portCarrier(host);
bindPreferences(document.documentElement);

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <AppContext value={app}>
        <AppShell carrier={carrier} />
      </AppContext>
    </StrictMode>,
  );
}
void connect(app, carrier, true);
