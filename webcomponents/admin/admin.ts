import './admin-app/admin-app.ts';
import { loadAdminLocale } from './strings/load-locale.ts';

// The page speaks the visitor's language.
document.documentElement.lang = navigator.language;
void loadAdminLocale(navigator.language);
