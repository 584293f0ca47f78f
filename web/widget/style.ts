import adapt from './styles/adapt.css';
import base from './styles/base.css';
import composer from './styles/composer.css';
import files from './styles/files.css';
import form from './styles/form.css';
import launcher from './styles/launcher.css';
import panel from './styles/panel.css';
import richText from './styles/rich-text.css';
import wall from './styles/wall.css';

/** How the chat looks: one sheet, in the order in which later rules go over earlier ones. */
export const style = [base, launcher, panel, wall, richText, files, composer, form, adapt].join('');
